import assert from "node:assert/strict";
import type { Duplex } from "node:stream";
import { buffer } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";
import {
  CancelKeyDeletionCommand,
  DisableKeyCommand,
  EnableKeyCommand,
  ScheduleKeyDeletionCommand,
} from "@aws-sdk/client-kms";
import { decryptStream } from "../../vault/decrypt-stream.ts";
import { encryptStream } from "../../vault/encrypt-stream.ts";
import type { ChunkContext } from "../../vault/encryption.ts";
import type { Vault } from "../../vault/vault.ts";
import { getAws } from "../support/servers.ts";
import { createEscrowKeys, createKmsKeys, testKms } from "../support/vaults.ts";
import { stream } from "./sample-point.ts";
import {
  bytesOf,
  closeAll,
  failsWith,
  openTestVault,
  openThroughProxy,
  QUICK,
  reopen,
  type TestVault,
} from "./test-vault.ts";

const CONTEXT: ChunkContext = {
  project: "ordak",
  point: "nightly_20260131_020000",
  chunk: "data/public.orders/0",
};
const MEBIBYTE = 1024 * 1024;

async function seal(vault: Vault, plain: Uint8Array, context = CONTEXT): Promise<Buffer> {
  return await through(plain, encryptStream(vault, context));
}

async function open(vault: Vault, sealed: Uint8Array, context = CONTEXT): Promise<Buffer> {
  return await through(sealed, decryptStream(vault, context));
}

async function through(input: Uint8Array, crypto: Duplex): Promise<Buffer> {
  let result = Buffer.alloc(0);
  await pipeline(stream(input), crypto, async (output: AsyncIterable<Buffer>) => {
    result = await buffer(output);
  });
  return result;
}

describe("encryption", () => {
  let opened: TestVault;
  before(async () => {
    opened = await openTestVault();
  });
  after(closeAll);

  it("gives back what it was given, at every length around a frame", async () => {
    for (const length of [0, 1, MEBIBYTE - 1, MEBIBYTE, MEBIBYTE + 1, 3 * MEBIBYTE + 17]) {
      const plain = bytesOf(length);
      const sealed = await seal(opened.vault, plain);
      assert.ok(length < 64 || !sealed.includes(plain.subarray(0, 64)));
      assert.ok((await open(opened.vault, sealed)).equals(plain), `${length} bytes`);
    }
  });

  it("uses a data key of its own for each object, wrapped by three keys", async () => {
    const [one, two] = [await seal(opened.vault, bytesOf(10)), await seal(opened.vault, bytesOf(10))];
    assert.notDeepEqual(one, two);
    // Suite 0x0478 after the message version, and the providers of the wrapped keys in the header.
    assert.deepEqual([...one.subarray(0, 3)], [2, 0x04, 0x78]);
    const header = one.toString("latin1");
    assert.equal(header.split("aws-kms").length - 1, 2);
    assert.equal(header.split("holdfast-escrow").length - 1, 1);
  });

  it("opens with any one key: the vault's, the replica's without the vault's, escrow without KMS", async () => {
    const { vault, settings, escrowPrivateKeyPem } = opened;
    const plain = bytesOf(2 * MEBIBYTE);
    const sealed = await seal(vault, plain);
    const { kms, replicaKms } = settings.keys;
    const vaultKeyOnly = await reopen({ ...settings, keys: { kms } });
    const replicaKeyOnly = await reopen(
      { ...settings, replicaBucket: settings.bucket, keys: { kms, replicaKms } },
      { useReplica: true },
    );
    const escrowOnly = await reopen(
      { ...settings, kmsEndpoint: "http://127.0.0.1:1" },
      { escrowPrivateKeyPem },
    );
    for (const reader of [vaultKeyOnly, replicaKeyOnly, escrowOnly]) {
      assert.ok((await open(reader, sealed)).equals(plain));
    }
    assert.deepEqual(replicaKeyOnly.keys, { replicaKms });
  });

  it("does not open with other keys", async () => {
    const sealed = await seal(opened.vault, bytesOf(10));
    const other = await createKmsKeys();
    const otherKms = await reopen({ ...opened.settings, keys: { kms: other.kms } });
    await failsWith("KEY_DOES_NOT_OPEN", () => open(otherKms, sealed));
    const { escrowPrivateKeyFile } = await createEscrowKeys();
    const { readFile } = await import("node:fs/promises");
    const otherEscrow = await reopen(opened.settings, {
      escrowPrivateKeyPem: await readFile(escrowPrivateKeyFile, "utf8"),
    });
    await failsWith("KEY_DOES_NOT_OPEN", () => open(otherEscrow, sealed));
  });

  it("finds out an object that was put in another's place, before any of its bytes comes out", async () => {
    const sealed = await seal(opened.vault, bytesOf(2 * MEBIBYTE));
    for (const wrong of [
      { chunk: "data/public.orders/1" },
      { point: "nightly_20260201_020000" },
      { project: "other" },
    ]) {
      let came = 0;
      const error = await failsWith("CHUNK_MISPLACED", () =>
        pipeline(
          stream(sealed),
          decryptStream(opened.vault, { ...CONTEXT, ...wrong }),
          async (output: AsyncIterable<Buffer>) => {
            for await (const bytes of output) came += bytes.length;
          },
        ),
      );
      assert.equal(came, 0);
      assert.match(error.message, /data\/public\.orders\/0/);
    }
  });

  it("finds a flipped bit anywhere, and a cut at any frame", async () => {
    const plain = bytesOf(2 * MEBIBYTE + 100);
    const sealed = await seal(opened.vault, plain);
    const places = [
      0,
      1,
      5,
      40,
      200,
      600,
      940,
      1100,
      MEBIBYTE,
      2 * MEBIBYTE,
      sealed.length - 17,
      sealed.length - 1,
    ];
    for (const place of places) {
      const flipped = Buffer.from(sealed);
      flipped[place] = (flipped[place] ?? 0) ^ 1;
      await assert.rejects(
        open(opened.vault, flipped),
        (error: { code?: string }) => {
          // In the header a bit may belong to a wrapped key or to the context, which then fits no key or no place.
          const codes =
            place < 1000 ? ["CHUNK_DAMAGED", "KEY_DOES_NOT_OPEN", "CHUNK_MISPLACED"] : ["CHUNK_DAMAGED"];
          return codes.includes(error.code ?? "");
        },
        `bit at ${place}`,
      );
    }
    const frame = sealed.length - 100 - 2 * MEBIBYTE;
    for (const length of [
      0,
      10,
      500,
      frame,
      MEBIBYTE,
      sealed.length - 200,
      sealed.length - 16,
      sealed.length - 1,
    ]) {
      await failsWith("CHUNK_DAMAGED", () => open(opened.vault, sealed.subarray(0, length)));
    }
    await failsWith("CHUNK_DAMAGED", () =>
      open(opened.vault, Buffer.from("this was never encrypted, but is long enough")),
    );
  });

  it("does not take a message without commitment or with more keys than ours", async () => {
    const { buildClient, CommitmentPolicy, MultiKeyringNode } = await import("@aws-crypto/client-node");
    const weak = buildClient(CommitmentPolicy.FORBID_ENCRYPT_ALLOW_DECRYPT);
    const { result } = await weak.encrypt(opened.vault.encryptKeyring, "x", {
      encryptionContext: { ...CONTEXT },
    });
    await failsWith("CHUNK_DAMAGED", () => open(opened.vault, result));
    const many = new MultiKeyringNode({
      generator: opened.vault.encryptKeyring,
      children: [opened.vault.encryptKeyring],
    });
    const { result: crowded } = await buildClient().encrypt(many, "x", { encryptionContext: { ...CONTEXT } });
    await failsWith("CHUNK_DAMAGED", () => open(opened.vault, crowded));
  });

  it("ends when its source breaks or its consumer stops, at any moment, without a stray error", async () => {
    const { vault } = opened;
    const sealed = await seal(vault, bytesOf(3 * MEBIBYTE));
    const drain = async (output: AsyncIterable<Buffer>) => {
      for await (const _ of output);
    };
    const stopEarly = async (output: AsyncIterable<Buffer>) => {
      for await (const _ of output) throw new TypeError("enough");
    };
    const breaking = async function* (bytes: Buffer, after: number) {
      for (let at = 0; at < after; at += 65_536) yield bytes.subarray(at, Math.min(at + 65_536, after));
      throw new RangeError("source broke");
    };
    for (const direction of ["encrypt", "decrypt"] as const) {
      const make = () =>
        direction === "encrypt" ? encryptStream(vault, CONTEXT) : decryptStream(vault, CONTEXT);
      for (const after of [0, 100, MEBIBYTE, 2 * MEBIBYTE + 5000]) {
        const crypto = make();
        await assert.rejects(pipeline(breaking(sealed, after), crypto, drain), RangeError);
        assert.ok(crypto.destroyed);
      }
      await assert.rejects(pipeline(stream(sealed), make(), stopEarly), TypeError);
      make().destroy();
    }
    // What the library does afterwards, it does in later turns.
    await sleep(100);
  });

  describe("a KMS key that cannot be used", () => {
    let fresh: TestVault;
    let sealed: Buffer;
    const kms = async () => testKms(await getAws());
    beforeEach(async () => {
      fresh = await openTestVault();
      sealed = await seal(fresh.vault, bytesOf(10));
    });

    it("disabled: nothing is encrypted, points still open with the replica's key", async () => {
      const KeyId = fresh.settings.keys.kms;
      await (await kms()).send(new DisableKeyCommand({ KeyId }));
      const error = await failsWith("KEY_UNAVAILABLE", () => seal(fresh.vault, bytesOf(10)));
      assert.match(error.hint, /enable-key/);
      assert.equal((await open(fresh.vault, sealed)).length, 10);
      const alone = await reopen({ ...fresh.settings, keys: { kms: KeyId } });
      await failsWith("KEY_UNAVAILABLE", () => open(alone, sealed));
      await failsWith("KEY_UNAVAILABLE", () => reopen(fresh.settings, { purpose: "write" }));
      await (await kms()).send(new EnableKeyCommand({ KeyId }));
      assert.equal((await open(alone, sealed)).length, 10);
      await reopen(fresh.settings, { purpose: "write" });
    });

    it("pending deletion: found before anything is written, and names the way back", async () => {
      const KeyId = fresh.settings.keys.kms;
      await (await kms()).send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }));
      const error = await failsWith("KEY_UNAVAILABLE", () => reopen(fresh.settings, { purpose: "write" }));
      assert.match(error.hint, /cancel-key-deletion/);
      await failsWith("KEY_UNAVAILABLE", () => seal(fresh.vault, bytesOf(10)));
      const alone = await reopen({ ...fresh.settings, keys: { kms: KeyId } });
      await failsWith("KEY_UNAVAILABLE", () => open(alone, sealed));
      await (await kms()).send(new CancelKeyDeletionCommand({ KeyId }));
    });

    it("deleted: escrow opens what it once encrypted", async () => {
      const gone = fresh.settings.keys.kms?.replace(/[0-9a-f]{12}$/, "000000000000") ?? "";
      const keys = { ...fresh.settings.keys, kms: gone };
      await failsWith("KEY_UNAVAILABLE", () => reopen({ ...fresh.settings, keys }, { purpose: "write" }));
      const escrow = await reopen(
        { ...fresh.settings, keys },
        { escrowPrivateKeyPem: fresh.escrowPrivateKeyPem },
      );
      assert.equal((await open(escrow, sealed)).length, 10);
    });

    it("silent: fails when the time for an answer is over", async () => {
      const { proxy } = await openThroughProxy(fresh.settings);
      proxy.inject({ kind: "hang" });
      const vault = await reopen({ ...fresh.settings, kmsEndpoint: proxy.endpoint }, { timeouts: QUICK });
      const started = Date.now();
      await failsWith("KEY_SERVICE_UNAVAILABLE", () => seal(vault, bytesOf(10)));
      await failsWith("KEY_SERVICE_UNAVAILABLE", () => open(vault, sealed));
      assert.ok(Date.now() - started < 15_000);
    });

    it("denied: names the permissions", async () => {
      const { proxy } = await openThroughProxy(fresh.settings);
      const body = JSON.stringify({ __type: "AccessDeniedException", message: "no" });
      proxy.inject({
        kind: { answer: 400, body, headers: { "content-type": "application/x-amz-json-1.1" } },
      });
      const vault = await reopen({ ...fresh.settings, kmsEndpoint: proxy.endpoint });
      const error = await failsWith("KEY_ACCESS_DENIED", () => seal(vault, bytesOf(10)));
      assert.match(error.hint, /kms:GenerateDataKey/);
      await failsWith("KEY_ACCESS_DENIED", () => open(vault, sealed));
    });

    it("unreachable: fails within seconds", async () => {
      const away = { ...fresh.settings, kmsEndpoint: "http://127.0.0.1:1" };
      const started = Date.now();
      await failsWith("KEY_SERVICE_UNAVAILABLE", () => reopen(away, { purpose: "write" }));
      const vault = await reopen(away);
      await failsWith("KEY_SERVICE_UNAVAILABLE", () => seal(vault, bytesOf(10)));
      await failsWith("KEY_SERVICE_UNAVAILABLE", () => open(vault, sealed));
      assert.ok(Date.now() - started < 20_000, `${Date.now() - started} ms`);
    });
  });
});
