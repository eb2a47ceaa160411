import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { createHash, generateKeyPairSync } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { HeadObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import fc from "fast-check";
import { appendEvidence } from "../../vault/evidence/append-evidence.ts";
import { type EvidenceRecord, evidenceBytes, evidenceHash } from "../../vault/evidence/evidence-record.ts";
import { listEvidence } from "../../vault/evidence/list-evidence.ts";
import { localSigner } from "../../vault/evidence/local-signer.ts";
import { verifyEvidence } from "../../vault/evidence/verify-evidence.ts";
import { evidenceKey } from "../../vault/layout.ts";
import type { Vault } from "../../vault/vault.ts";
import { testDirectory } from "../support/servers.ts";
import {
  closeAll,
  failsWith,
  openTestVault,
  openThroughProxy,
  reopen,
  type TestVault,
} from "./test-vault.ts";

function privatePem(kind: "ed25519" | "p256" | "p384"): string {
  const { privateKey } =
    kind === "ed25519"
      ? generateKeyPairSync("ed25519")
      : generateKeyPairSync("ec", { namedCurve: kind === "p256" ? "prime256v1" : "secp384r1" });
  return privateKey.export({ type: "pkcs8", format: "pem" }).toString();
}

/** A copy to change. */
const copy = (records: readonly EvidenceRecord[]): EvidenceRecord[] => structuredClone([...records]);

describe("evidence", () => {
  let opened: TestVault;
  let vault: Vault;
  beforeEach(async () => {
    opened = await openTestVault({ lockMode: "compliance" });
    ({ vault } = opened);
  });
  after(closeAll);

  async function writeChain(target: Vault, count: number): Promise<EvidenceRecord[]> {
    const records: EvidenceRecord[] = [];
    for (let number = 1; number <= count; number++) {
      records.push(await appendEvidence(target, { kind: "backup", project: "ordak", body: { number } }));
    }
    return records;
  }

  it("is a chain, signed by KMS, locked, and verifies offline", async () => {
    const written = await writeChain(vault, 3);
    const records = await listEvidence(vault);
    assert.deepEqual(records, written);
    assert.deepEqual(
      written.map(({ sequence }) => sequence),
      [1, 2, 3],
    );
    assert.equal(written[0]?.previousHash, "0".repeat(64));
    assert.equal(written[2]?.previousHash, written[1]?.hash);
    assert.equal(
      written[0]?.signature?.keyId,
      opened.settings.keys.signing &&
        "kms" in opened.settings.keys.signing &&
        opened.settings.keys.signing.kms,
    );
    const publicKey = await vault.signer?.publicKeyPem();
    const verdict = verifyEvidence(records, publicKey);
    assert.deepEqual(verdict, {
      isIntact: true,
      records: 3,
      signed: 3,
      problems: [],
      head: written[2]?.hash,
    });
    const head = await vault.s3.send(
      new HeadObjectCommand({ Bucket: vault.bucket, Key: evidenceKey("test", 1) }),
    );
    assert.equal(head.ObjectLockMode, "COMPLIANCE");
    const days = ((head.ObjectLockRetainUntilDate?.getTime() ?? 0) - Date.now()) / 86_400_000;
    assert.ok(Math.abs(days - 400) < 0.1);
  });

  it("works unsigned and with local keys of both kinds", async () => {
    const unsigned = { ...vault, signer: undefined };
    await writeChain(unsigned, 2);
    assert.equal(verifyEvidence(await listEvidence(vault)).isIntact, true);
    for (const kind of ["ed25519", "p256"] as const) {
      const signer = localSigner(privatePem(kind));
      const signed = await appendEvidence({ ...vault, signer }, { kind: "drill", body: {} });
      assert.equal(signed.signature?.algorithm, kind === "p256" ? "ECDSA_SHA_256" : "ED25519");
      const keys = [await signer.publicKeyPem()];
      const verdict = verifyEvidence((await listEvidence(vault)).slice(0, signed.sequence), keys);
      // The second chain also holds the first key's signature, which is not given here.
      assert.equal(verdict.isIntact, kind === "ed25519");
      assert.equal(verdict.signed, 1);
    }
    await failsWith("SIGNING_KEY_INVALID", () => localSigner(privatePem("p384")));
    await failsWith("SIGNING_KEY_INVALID", () => localSigner("no key"));
  });

  it("loses no record when many write at once", async () => {
    const writers = Array.from({ length: 6 }, (_, number) =>
      appendEvidence(vault, { kind: "backup", body: { number } }),
    );
    const written = await Promise.all(writers);
    assert.deepEqual(written.map(({ sequence }) => sequence).sort(), [1, 2, 3, 4, 5, 6]);
    const records = await listEvidence(vault);
    assert.deepEqual(verifyEvidence(records, await vault.signer?.publicKeyPem()).problems, []);
    assert.equal(records.length, 6);
  });

  it("is written once when the answer is lost", async () => {
    const { vault: shaky, proxy } = await openThroughProxy(opened.settings);
    proxy.inject({ kind: "lose-answer", when: ({ method }) => method === "PUT", times: 1 });
    const record = await appendEvidence(shaky, { kind: "backup", body: {} });
    assert.deepEqual(await listEvidence(vault), [record]);
  });

  it("holds no secret", async () => {
    const url = "postgres://postgres:hunter2hunter2@db.example.com:5432/postgres";
    const body = {
      error: `cannot reach ${url}`,
      deep: [{ token: "sbp_0123456789abcdef0123456789abcdef01234567" }],
    };
    const text = JSON.stringify(await appendEvidence(vault, { kind: "backup", body }));
    assert.doesNotMatch(text, /hunter2|sbp_0123/);
    assert.match(text, /db\.example\.com/);
  });

  it("of an unreadable end goes no further, and says how to mend it", async () => {
    await writeChain(vault, 1);
    const target = { Bucket: vault.bucket, Key: evidenceKey("test", 1) };
    await vault.s3.send(new PutObjectCommand({ ...target, Body: "{ broken" }));
    const error = await failsWith("EVIDENCE_BROKEN", () => writeChain(vault, 1));
    assert.equal(error.exitCode, 3);
    assert.equal(verifyEvidence(await listEvidence(vault)).isIntact, false);
  });

  it("fails typed when the signing key is not there, is of the wrong kind, or is read where secrets are not", async () => {
    const { settings } = opened;
    const signing = async (key: NonNullable<typeof settings.keys.signing>) =>
      appendEvidence(await reopen({ ...settings, keys: { ...settings.keys, signing: key } }), {
        kind: "backup",
        body: {},
      });
    await failsWith("KEY_UNAVAILABLE", () => signing({ kms: "alias/no-such-key" }));
    await failsWith("SIGNING_KEY_MISSING", () => signing({ privateKey: { env: "NOWHERE" } }));
    assert.deepEqual(await listEvidence(vault), []);
    const pem = privatePem("ed25519");
    const reader = await reopen(
      { ...settings, keys: { ...settings.keys, signing: { privateKey: { env: "KEY" } } } },
      { readSecret: async (reference) => ("env" in reference && reference.env === "KEY" ? pem : "") },
    );
    const record = await appendEvidence(reader, { kind: "backup", body: {} });
    assert.equal(record.signature?.algorithm, "ED25519");
  });

  describe("verification, offline", () => {
    const pem = privatePem("p256");
    const signer = localSigner(pem);
    let chain: EvidenceRecord[];
    let publicKey: string;
    before(async () => {
      const { vault: writer } = await openTestVault();
      chain = await writeChain({ ...writer, signer }, 4);
      publicKey = await signer.publicKeyPem();
    });

    it("finds every change of any field of any record", () => {
      assert.equal(verifyEvidence(chain, publicKey).isIntact, true);
      const changes: readonly ((record: EvidenceRecord) => void)[] = [
        (record) => Object.assign(record, { at: "2020-01-01T00:00:00.000Z" }),
        (record) => Object.assign(record, { kind: "drill" }),
        (record) => Object.assign(record, { project: "other" }),
        (record) => Object.assign(record, { environment: "other" }),
        (record) => Object.assign(record, { body: {} }),
        (record) => Object.assign(record, { sequence: record.sequence + 1 }),
        (record) => Object.assign(record, { previousHash: "1".repeat(64) }),
        (record) => Object.assign(record, { hash: "1".repeat(64) }),
        (record) => Object.assign(record, { extra: "field" }),
        (record) => Object.assign(record, { signature: { ...record.signature, value: "AAAA" } }),
        // A forger with access to the bucket, who hashes anew but has no key.
        (record) => Object.assign(record, { body: {}, hash: evidenceHash({ ...record, body: {} }) }),
      ];
      fc.assert(
        fc.property(fc.nat({ max: 3 }), fc.constantFrom(...changes), (index, change) => {
          const changed = copy(chain);
          const record = changed[index];
          assert.ok(record);
          change(record);
          assert.equal(verifyEvidence(changed, publicKey).isIntact, false);
        }),
      );
    });

    it("finds removed, swapped, repeated and foreign records", () => {
      const [one, two, three, four] = chain;
      assert.ok(one && two && three && four);
      for (const broken of [
        [two, three, four],
        [one, three, four],
        [one, two, four],
        [one, three, two, four],
        [one, two, two, three, four],
        [one, "x", three, four],
        [one, null, three, four],
      ]) {
        assert.equal(verifyEvidence(broken, publicKey).isIntact, false);
      }
    });

    it("finds a chain that was written anew without the key, and one that lost its signatures", async () => {
      const { vault: forger } = await openTestVault();
      const forged = await writeChain({ ...forger, signer: localSigner(privatePem("p256")) }, 4);
      assert.equal(verifyEvidence(forged).isIntact, true);
      assert.equal(verifyEvidence(forged, publicKey).isIntact, false);
      const stripped = chain.map(({ signature: _, ...record }) => record);
      assert.equal(verifyEvidence(stripped).isIntact, true);
      const { problems } = verifyEvidence(stripped, publicKey);
      assert.deepEqual(
        problems.map(({ sequence }) => sequence),
        [1],
      );
      // Earlier records are covered by a later signature.
      const [one, two, three, four] = stripped;
      assert.equal(verifyEvidence([one, two, three, chain[3]], publicKey).isIntact, true);
      assert.equal(verifyEvidence([chain[0], two, three, four], publicKey).isIntact, false);
    });

    it("finds records cut off at the end when a head was noted", () => {
      const head = verifyEvidence(chain).head;
      assert.equal(verifyEvidence(chain.slice(0, 3), publicKey).isIntact, true);
      assert.equal(verifyEvidence(chain.slice(0, 3), publicKey, { expectedHead: head }).isIntact, false);
      assert.equal(verifyEvidence(chain, publicKey, { expectedHead: head }).isIntact, true);
      assert.equal(verifyEvidence(chain, publicKey, { expectedHead: chain[1]?.hash }).isIntact, true);
    });

    it("takes several keys after a change of keys, and refuses what is no key", async () => {
      const other = await localSigner(privatePem("ed25519")).publicKeyPem();
      assert.equal(verifyEvidence(chain, [other, publicKey]).isIntact, true);
      assert.equal(verifyEvidence(chain, other).isIntact, false);
      await failsWith("PUBLIC_KEY_INVALID", () => verifyEvidence(chain, "no key"));
      assert.deepEqual(verifyEvidence([], publicKey).isIntact, true);
    });

    it("can be done with openssl alone", async function () {
      if (spawnSync("openssl", ["version"]).status !== 0) this.skip();
      const [record] = chain;
      assert.ok(record?.signature);
      const directory = await testDirectory("evidence");
      const file = (name: string, content: string | Buffer) => {
        const path = join(directory, name);
        writeFileSync(path, content);
        return path;
      };
      const bytes = file("record", evidenceBytes(record));
      assert.equal(createHash("sha256").update(evidenceBytes(record)).digest("hex"), record.hash);
      const signature = file("signature", Buffer.from(record.signature.value, "base64"));
      const args = ["dgst", "-sha256", "-verify", file("key.pem", publicKey), "-signature", signature, bytes];
      assert.match(execFileSync("openssl", args).toString(), /Verified OK/);
    });
  });
});
