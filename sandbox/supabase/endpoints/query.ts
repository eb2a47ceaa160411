import { z } from "zod";
import { Refusal } from "../answer.ts";
import { databaseOf } from "../database-of.ts";
import { type Endpoint, endpoint } from "../endpoint.ts";
import type { Platform } from "../platform.ts";
import { QueryRefused } from "../query-refused.ts";

const queryShape = z.object({
  query: z.string().min(1),
  parameters: z.array(z.unknown()).optional(),
  read_only: z.boolean().optional(),
});

type Query = z.infer<typeof queryShape>;

/** All that a project without a database can say: that it is there. */
const PROBE = /^\s*select\s+1(\s+as\s+(\w+))?\s*;?\s*$/i;

function answerProbe(query: string): unknown[] {
  const probe = PROBE.exec(query);
  if (!probe) throw new Refusal(400, "Failed to run sql query: ERROR: 0A000: this project has no database");
  return [{ [probe[2] ?? "?column?"]: 1 }];
}

/**
 * Runs SQL as `POST …/database/query` does.
 * @throws Refusal 400 with PostgreSQL's code and text; UNVERIFIED: that status, and the 500 when the server is gone
 */
export async function runSql(platform: Platform, ref: string, asked: Query): Promise<unknown[]> {
  const cluster = databaseOf(platform, platform.project(ref));
  const { query, parameters, read_only: readOnly = false } = asked;
  if (!cluster) return answerProbe(query);
  try {
    return await cluster.query(query, { readOnly, ...(parameters ? { parameters } : {}) });
  } catch (error) {
    if (error instanceof QueryRefused)
      throw new Refusal(400, `Failed to run sql query: ERROR: ${error.sqlState}: ${error.message}`);
    throw new Refusal(500, "Failed to run sql query: Connection terminated unexpectedly");
  }
}

/** SQL through the API. */
export const queryEndpoints: readonly Endpoint[] = [
  endpoint({
    method: "POST",
    path: "/v1/projects/{ref}/database/query",
    body: queryShape,
    handle: async (platform, { ref, json }) => ({ status: 201, body: await runSql(platform, ref, json) }),
  }),
  endpoint({
    method: "POST",
    path: "/v1/projects/{ref}/database/query/read-only",
    body: queryShape.omit({ read_only: true }),
    handle: async (platform, { ref, json }) => ({
      status: 201,
      body: await runSql(platform, ref, { ...json, read_only: true }),
    }),
  }),
];
