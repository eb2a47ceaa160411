import { PutObjectCommand } from "@aws-sdk/client-s3";
import { pointId } from "../../plan/point-id.ts";
import { evidenceHash, FIRST_PREVIOUS_HASH } from "../../vault/evidence/evidence-record.ts";
import { evidenceKey } from "../../vault/layout.ts";
import { runLimited } from "../../vault/run-limited.ts";
import type { Vault } from "../../vault/vault.ts";
import type { FillOptions } from "./fill-vault.ts";
import { nights } from "./nights.ts";

const CONCURRENCY = 64;

/** One record of success for each point of all projects, in one chain. */
export async function fillEvidence(vault: Vault, fills: readonly FillOptions[]): Promise<void> {
  const told = fills
    .flatMap(({ project, points, now }) => [...nights(points, now)].map((at) => ({ project, at })))
    .toSorted((a, b) => a.at.getTime() - b.at.getTime());
  let previousHash = FIRST_PREVIOUS_HASH;
  const records = told.map(({ project, at }, index) => {
    const content = {
      ...{ format: "holdfast.evidence" as const, version: 1 as const, sequence: index + 1 },
      ...{ at: at.toISOString(), kind: "backup", environment: vault.environment, project },
      body: { verdict: "PASS", point: pointId("nightly", at), tier: "nightly", durationSeconds: 60 },
      previousHash,
    };
    previousHash = evidenceHash(content);
    return { ...content, hash: previousHash };
  });
  await runLimited(records, CONCURRENCY, async (record) => {
    const Key = evidenceKey(vault.environment, record.sequence);
    const Body = JSON.stringify(record);
    await vault.s3.send(new PutObjectCommand({ Bucket: vault.bucket, Key, Body }));
  });
}
