import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { CreateAliasCommand } from "@aws-sdk/client-kms";
import { ListObjectsV2Command, PutObjectCommand } from "@aws-sdk/client-s3";
import { escrowPrivateKey, escrowPublicKey } from "../../vault/escrow-key.ts";
import { readManifest } from "../../vault/read-manifest.ts";
import { readObject } from "../../vault/read-object.ts";
import type { Vault } from "../../vault/vault.ts";
import { writeManifest } from "../../vault/write-manifest.ts";
import { getAws } from "../support/servers.ts";
import { createBucket, testKms, testS3 } from "../support/vaults.ts";
import { getChunk, putChunk, putPoint, reference, unsealed } from "./sample-point.ts";
import {
  bytesOf,
  closeAll,
  failsWith,
  openTestVault,
  openThroughProxy,
  reopen,
  type TestVault,
} from "./test-vault.ts";

const publicPem = { type: "spki", format: "pem" } as const;
const privatePem = { type: "pkcs8", format: "pem" } as const;

function keyPair(
  kind: "rsa" | "ed25519",
  modulusLength = 2048,
  protect = {},
): { publicKey: string; privateKey: string } {
  const pair = kind === "rsa" ? generateKeyPairSync(kind, { modulusLength }) : generateKeyPairSync(kind);
  return {
    publicKey: pair.publicKey.export(publicPem).toString(),
    privateKey: pair.privateKey.export({ ...privatePem, ...protect }).toString(),
  };
}

describe("openVault", () => {
  let opened: TestVault;
  before(async () => {
    opened = await openTestVault({ lockMode: "compliance" });
  });
  after(closeAll);

  it("names its keys by ARN and fingerprint, whatever the plan calls them", async () => {
    const { settings } = opened;
    const kms = testKms(await getAws());
    const alias = `alias/vault-${Date.now()}`;
    await kms.send(new CreateAliasCommand({ AliasName: alias, TargetKeyId: settings.keys.kms }));
    kms.destroy();
    for (const name of [alias, settings.keys.kms?.split("/")[1], settings.keys.kms]) {
      for (const purpose of ["read", "write"] as const) {
        const vault = await reopen({ ...settings, keys: { ...settings.keys, kms: name } }, { purpose });
        assert.equal(vault.keys.kms, settings.keys.kms);
        assert.equal(vault.keys.replicaKms, settings.keys.replicaKms);
        assert.match(vault.keys.escrowFingerprint ?? "", /^[0-9a-f]{64}$/);
      }
    }
    const byAlias = await reopen({ ...settings, keys: { kms: alias } });
    const point = reference(1);
    const manifest = await putPoint(byAlias, point);
    assert.deepEqual(await readManifest(opened.vault, point), manifest);
  });

  it("for reading, does without a key that is gone; for writing, does not", async () => {
    const { settings, vault } = opened;
    const point = reference(2);
    const manifest = await putPoint(vault, point);
    const keys = { ...settings.keys, kms: "alias/no-such-alias" };
    const reader = await reopen({ ...settings, keys });
    assert.deepEqual(await readManifest(reader, point), manifest);
    await failsWith("KEY_UNAVAILABLE", () => putChunk(reader, reference(3), "a/0", bytesOf(1)));
    const error = await failsWith("KEY_UNAVAILABLE", () =>
      reopen({ ...settings, keys }, { purpose: "write" }),
    );
    assert.match(error.message, /vault\.keys\.kms/);
  });

  it("with the escrow key or the replica, reads and refuses to write", async () => {
    const { settings, vault, escrowPrivateKeyPem } = opened;
    const point = reference(4);
    const manifest = await putPoint(vault, point);
    const escrow = await reopen(settings, { escrowPrivateKeyPem });
    const replica = await openReplica();
    for (const reader of [escrow, replica]) {
      const [chunk] = (await readManifest(reader, point)).chunks;
      assert.ok(chunk);
      assert.equal((await getChunk(reader, point, chunk)).toString(), "1\n2\n");
      await failsWith("VAULT_READ_ONLY", () => putChunk(reader, reference(5), "a/0", bytesOf(1)));
      await failsWith("VAULT_READ_ONLY", () =>
        writeManifest(reader, unsealed(vault, reference(5), manifest.chunks)),
      );
    }
    await failsWith("VAULT_READ_ONLY", () => reopen(settings, { escrowPrivateKeyPem, purpose: "write" }));
    await failsWith("VAULT_HAS_NO_REPLICA", () => reopen(settings, { useReplica: true }));
  });

  /** A copy of the vault in the other region: same keys, other version ids. */
  async function openReplica(): Promise<Vault> {
    const { settings, vault } = opened;
    const region = settings.replicaRegion ?? "";
    const bucket = await createBucket({ region, versioning: true });
    const s3 = testS3(await getAws(), region);
    const { Contents = [] } = await vault.s3.send(new ListObjectsV2Command({ Bucket: vault.bucket }));
    for (const { Key = "" } of Contents) {
      const Body = await readObject(vault, Key, { maximumBytes: 1e6 });
      await s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body }));
    }
    s3.destroy();
    const replica = await reopen({ ...settings, replicaBucket: bucket }, { useReplica: true });
    assert.deepEqual([replica.region, replica.bucket], [region, bucket]);
    assert.equal(replica.keys.kms, undefined);
    return replica;
  }

  it("works with an escrow key alone, which only its private half opens", async () => {
    const { settings, escrowPrivateKeyPem } = opened;
    const { escrowPublicKey: publicKey } = settings.keys;
    const away = { ...settings, kmsEndpoint: "http://127.0.0.1:1", keys: { escrowPublicKey: publicKey } };
    const writer = await reopen(away, { purpose: "write" });
    const point = reference(6);
    const manifest = await putPoint(writer, point);
    const error = await failsWith("KEY_DOES_NOT_OPEN", () => readManifest(writer, point));
    assert.match(error.hint, /escrow/);
    assert.deepEqual(await readManifest(await reopen(away, { escrowPrivateKeyPem }), point), manifest);
  });

  it("for writing, wants the bucket, its lock and a right clock", async () => {
    const { settings } = opened;
    const write = (change: Partial<typeof settings>) =>
      reopen({ ...settings, ...change }, { purpose: "write" });
    await write({});
    await failsWith("BUCKET_UNKNOWN", () => write({ bucket: "no-such-bucket-here" }));
    const unlocked = await createBucket({ versioning: true });
    const error = await failsWith("BUCKET_NOT_LOCKABLE", () => write({ bucket: unlocked }));
    assert.match(error.hint, /put-object-lock-configuration/);
    await write({ bucket: unlocked, lock: { mode: "none" } });
    await failsWith("STORE_UNAVAILABLE", () => write({ endpoint: "http://127.0.0.1:1" }));
    for (const minutes of [-60, 60, -24 * 60, 24 * 60]) {
      const { proxy } = await openThroughProxy(settings);
      const date = new Date(Date.now() + minutes * 60_000).toUTCString();
      proxy.inject({ kind: { answerHeaders: { date } } });
      const skew = await failsWith("STORE_CLOCK_SKEW", () => write({ endpoint: proxy.endpoint }));
      assert.match(skew.message, minutes > 0 ? /behind/ : /ahead/);
    }
  });

  it("says when the plan names no key, or no usable escrow key", async () => {
    const { settings } = opened;
    await failsWith("VAULT_HAS_NO_KEY", () => reopen({ ...settings, keys: {} }, { purpose: "write" }));
    const small = keyPair("rsa", 1024);
    const curve = keyPair("ed25519");
    const good = keyPair("rsa");
    for (const key of [
      small.publicKey,
      curve.publicKey,
      good.privateKey,
      "no key",
      { file: "/no/such/file" },
    ]) {
      const keys = { escrowPublicKey: key };
      const error = await failsWith("ESCROW_KEY_INVALID", () => reopen({ ...settings, keys }));
      assert.equal(error.exitCode, 2);
      assert.equal(error.cause instanceof Error && /PRIVATE/.test(error.cause.message), false);
    }
    for (const key of [small.privateKey, curve.privateKey, good.publicKey, "no key"]) {
      await failsWith("ESCROW_KEY_INVALID", () => reopen(settings, { escrowPrivateKeyPem: key }));
    }
    const locked = keyPair("rsa", 2048, { cipher: "aes-256-cbc", passphrase: "secret" });
    const error = await failsWith("ESCROW_KEY_INVALID", () =>
      reopen(settings, { escrowPrivateKeyPem: locked.privateKey }),
    );
    assert.match(error.hint, /passphrase/);
    assert.equal(escrowPrivateKey(good.privateKey).fingerprint, escrowPublicKey(good.publicKey).fingerprint);
  });
});
