import { generateKeyPairSync } from "node:crypto";
import type { PackInput } from "../../../../jobs/evidence-pack/pack-chapter.ts";
import { parsePlan } from "../../../../plan/parse-plan.ts";
import {
  EvidenceRecord,
  evidenceBytes,
  evidenceHash,
  FIRST_PREVIOUS_HASH,
} from "../../../../vault/evidence/evidence-record.ts";
import type { EvidenceSigner } from "../../../../vault/evidence/evidence-signer.ts";
import { localSigner } from "../../../../vault/evidence/local-signer.ts";

export type Content = Pick<EvidenceRecord, "at" | "kind" | "project" | "body">;

/** A chain as jobs write it. */
export async function chainOf(
  contents: readonly Content[],
  signer?: EvidenceSigner,
): Promise<EvidenceRecord[]> {
  const records: EvidenceRecord[] = [];
  for (const [index, { project, ...rest }] of contents.entries()) {
    const content = {
      format: "holdfast.evidence" as const,
      version: 1 as const,
      sequence: index + 1,
      environment: "test",
      ...rest,
      ...(project !== undefined && { project }),
      previousHash: records.at(-1)?.hash ?? FIRST_PREVIOUS_HASH,
    };
    const signature = await signer?.sign(evidenceBytes(content));
    records.push(
      EvidenceRecord.parse({ ...content, hash: evidenceHash(content), ...(signature && { signature }) }),
    );
  }
  return records;
}

/** A key of this run, as the vault would sign with it. */
export function signerOf(kind: "ed25519" | "p256"): EvidenceSigner {
  const { privateKey } =
    kind === "ed25519" ? generateKeyPairSync("ed25519") : generateKeyPairSync("ec", { namedCurve: "P-256" });
  return localSigner(privateKey.export({ type: "pkcs8", format: "pem" }).toString());
}

const drill = (at: string, startedAt: string, facts: object) => ({
  at,
  kind: "drill",
  project: "orders",
  body: { drill: "staging-restore", point: "nightly_20260104_020000", startedAt, ...facts },
});

/** Evidence of two weeks: backups, of which one failed, proofs, two drills, checkpoints with and without names. */
export const CONTENTS: readonly Content[] = [
  {
    at: "2026-01-04T02:10:00.000Z",
    kind: "backup",
    project: "orders",
    body: { verdict: "PASS", point: "nightly_20260104_020000", tier: "nightly", durationSeconds: 71 },
  },
  {
    at: "2026-01-05T02:00:09.000Z",
    kind: "backup",
    project: "orders",
    body: {
      verdict: "FAIL",
      tier: "nightly",
      error: { code: "DATABASE_UNREACHABLE", message: 'no | route, "x"' },
    },
  },
  drill("2026-01-05T05:20:00.000Z", "2026-01-05T05:10:00.000Z", {
    verdict: "PASS",
    ...{ rtoSeconds: 540, rtoObjectiveSeconds: 14_400, rpoSeconds: 97_800, rpoObjectiveSeconds: 86_400 },
  }),
  {
    at: "2026-01-06T10:00:00.000Z",
    kind: "checkpoint",
    project: "orders",
    body: {
      verdict: "PASS",
      point: "CHECKPOINT_20260106_100000_v1.2.0",
      checkpoint: "CHECKPOINT_20260106_100000_v1.2.0",
      gitDescribe: "v1.2.0",
      signOff: {
        completedBy: "ci@example.com",
        at: "2026-01-06T10:00:00.000Z",
        technicalReview: "Ada",
        verificationConfirmed: null,
      },
    },
  },
  { at: "2026-01-07T07:00:00.000Z", kind: "canary", project: undefined, body: { verdict: "PASS" } },
  drill("2026-01-12T05:31:00.000Z", "2026-01-12T05:10:00.000Z", {
    verdict: "FAIL",
    reasons: [{ name: "rows of public.orders", verdict: "FAIL", detail: "7 in place of 8" }],
    ...{ rtoSeconds: 1_260, rtoObjectiveSeconds: 14_400, rpoSeconds: 11_400, rpoObjectiveSeconds: 86_400 },
  }),
];

const PLAN = {
  environment: "test",
  vault: {
    bucket: "test-vault",
    region: "eu-central-1",
    replicaRegion: "eu-west-1",
    lock: { mode: "compliance", days: 30 },
    keys: { kms: "alias/test", replicaKms: "alias/test-replica", signing: { kms: "alias/evidence" } },
  },
  alerts: { topics: { critical: { emails: ["on-call@example.com"] } } },
  projects: [
    {
      name: "orders",
      kind: "postgres",
      connection: { env: "ORDERS_DATABASE_URL" },
      objectives: { rto: "4h", rpo: "24h" },
      tiers: { nightly: { schedule: "0 2 * * *", retain: { days: 7 } } },
      drills: {
        "staging-restore": { schedule: "0 5 * * 1" },
        "full-dr": { schedule: "0 5 3 1,4,7,10 *" },
        "region-failover": { skip: "tried by hand each year" },
      },
      approvals: { roles: ["CEO", "Director"], minimum: 1 },
      contacts: {
        primary: { name: "Orders on-call", email: "orders@example.com", phone: "+49 30 1234567" },
        escalationChannel: "#orders-incidents",
      },
    },
  ],
};

/** What a pack of that evidence is made of; signed where a signer is given. */
export async function samplePack(signer?: EvidenceSigner): Promise<PackInput> {
  return {
    plan: parsePlan(PLAN, "the test's plan"),
    records: await chainOf(CONTENTS, signer),
    points: [
      {
        ...{
          project: "orders",
          tier: "nightly",
          id: "nightly_20260104_020000",
          bytes: 2048,
          versionId: "v1",
        },
        createdAt: new Date("2026-01-04T02:00:00Z"),
        verifiedAt: new Date("2026-01-05T05:19:00Z"),
        lockUntil: new Date("2026-01-11T02:00:00Z"),
        lockMode: "compliance",
        retainUntil: new Date("2026-01-11T02:00:00Z"),
      },
      {
        ...{ project: "orders", tier: "nightly", id: "nightly_20260103_020000" },
        createdAt: new Date("2026-01-03T02:00:00Z"),
      },
    ],
    since: new Date("2026-01-05T00:00:00Z"),
    until: new Date("2026-01-14T00:00:00Z"),
    publicKeyPem: await signer?.publicKeyPem(),
  };
}
