import type { CheckpointRequest } from "../../../../jobs/checkpoint/checkpoint-request.ts";
import type { CheckpointResult } from "../../../../jobs/checkpoint/checkpoint-result.ts";
import { checkpoint } from "../../../../jobs/checkpoint.ts";
import { parseDatabaseUrl } from "../../../../postgres/database-url.ts";
import type { EvidenceRecord } from "../../../../vault/evidence/evidence-record.ts";
import { listEvidence } from "../../../../vault/evidence/list-evidence.ts";
import { createDatabase, query } from "../../../support/databases.ts";
import { createJobBench, type JobBench, testProject } from "../../../support/jobs.ts";

export const CHECKS = {
  criticalTables: ["public.orders", "public.events"],
  expectedTables: ["public.notes"],
  expectedEnums: ["public.stage"],
  smoke: [{ name: "orders-of-today", sql: "select count(*) from orders", expect: { rows: { min: 1 } } }],
};

export interface CheckpointBench extends JobBench {
  readonly url: string;
  checkpoint(overrides?: Partial<CheckpointRequest>, url?: string): Promise<CheckpointResult>;
  /** Bodies of a kind, oldest first. */
  evidence(kind: string): Promise<EvidenceRecord["body"][]>;
}

/** A database with each thing that a plan's checks speak of: 3 orders, 5 events in two partitions, no notes. */
export async function createCheckedDatabase(): Promise<string> {
  const url = await createDatabase();
  await query(
    url,
    `CREATE TABLE orders (id int PRIMARY KEY, "at" date); INSERT INTO orders VALUES (1), (2), (3);
     CREATE TABLE events (id int, day date) PARTITION BY RANGE (day);
     CREATE TABLE events_old PARTITION OF events FOR VALUES FROM ('2020-01-01') TO ('2026-01-01');
     CREATE TABLE events_new PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2030-01-01');
     INSERT INTO events VALUES (1, '2025-01-01'), (2, '2025-02-01'), (3, '2026-01-01'), (4, '2026-02-01'), (5, '2027-01-01');
     CREATE TABLE notes (id int PRIMARY KEY);
     CREATE TYPE stage AS ENUM ('open', 'closed')`,
  );
  return url;
}

export async function createCheckpointBench(
  overrides: Record<string, unknown> = {},
): Promise<CheckpointBench> {
  const project = testProject({ checks: CHECKS, ...overrides });
  const bench = await createJobBench({ project });
  const url = await createCheckedDatabase();
  const request = {
    vault: bench.vault,
    project,
    lagLimitSeconds: 300,
    lateAfterSeconds: 7_200,
    workers: 2,
    progress: () => undefined,
    gitDescribe: "v1.4.2",
    signOff: { completedBy: "Ada", technicalReview: null, verificationConfirmed: null },
  };
  return {
    ...bench,
    url,
    checkpoint: (changes = {}, at = url) =>
      checkpoint({ ...request, address: parseDatabaseUrl(at), ...changes }),
    evidence: async (kind) =>
      ((await listEvidence(bench.vault)) as EvidenceRecord[])
        .filter((record) => record.kind === kind)
        .map(({ body }) => body),
  };
}
