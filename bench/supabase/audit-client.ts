import { z } from "zod";
import { listProjects } from "../../supabase/calls/list-projects.ts";
import type { ManagementApi } from "../../supabase/management-api.ts";
import { openManagementApi } from "../../supabase/open-management-api.ts";
import { readManySettings } from "../../supabase/read-many-settings.ts";
import { numberedRef } from "./numbered-ref.ts";

/**
 * One audit in a process of its own, so that its memory is its own: `node audit-client.ts '{…}'`, the token in
 * `BENCH_TOKEN`. Prints what came of it as one line of JSON; the time is that of the audit without the start.
 */
const task = z
  .object({
    endpoint: z.url(),
    /**
     * `audit`: as the product reads settings. `listed`: the same, of the projects that the organization lists.
     * `floor`: the same requests with nothing but fetch.
     */
    way: z.enum(["audit", "listed", "floor"]),
    projects: z.int().positive(),
    limitPerMinute: z.int().positive(),
    organization: z.string(),
    /** Requests on their way at once. */
    concurrency: z.int().positive(),
  })
  .parse(JSON.parse(process.argv[2] ?? "{}"));
const token = process.env.BENCH_TOKEN ?? "";

/** What `readProjectSettings` asks for. */
const PATHS = [
  "",
  "/billing/addons",
  "/database/backups",
  "/database/backups/schedule",
  "/ssl-enforcement",
  "/network-restrictions",
];
/** The plan of the organization has no schedules: that is an answer too. */
const EXPECTED: ReadonlySet<number> = new Set([200, 402]);

function* refs(): Generator<string> {
  for (let number = 0; number < task.projects; number += 1) yield numberedRef(number);
}

async function* listedRefs(api: ManagementApi): AsyncGenerator<string> {
  for await (const { ref } of listProjects(api, task.organization, { deadlineSeconds: 3_600 })) yield ref;
}

async function audit(): Promise<number> {
  const { endpoint, limitPerMinute, concurrency } = task;
  const api = openManagementApi({ token, endpoint, limitPerMinute, concurrency, clock: () => new Date() });
  let read = 0;
  for await (const one of readManySettings(api, task.way === "listed" ? listedRefs(api) : refs())) {
    if ("error" in one) throw one.error;
    read += 1;
  }
  return read;
}

async function floor(): Promise<number> {
  const urls = (function* () {
    for (const ref of refs()) for (const path of PATHS) yield `${task.endpoint}/v1/projects/${ref}${path}`;
  })();
  const headers = { authorization: `Bearer ${token}` };
  const work = async () => {
    for (const url of urls) {
      const answer = await fetch(url, { headers });
      await answer.arrayBuffer();
      if (!EXPECTED.has(answer.status)) throw new Error(`${url} answered ${answer.status}`);
    }
  };
  await Promise.all(Array.from({ length: task.concurrency }, work));
  return task.projects;
}

const startedAt = performance.now();
const projects = await (task.way === "floor" ? floor() : audit());
process.stdout.write(`${JSON.stringify({ projects, seconds: (performance.now() - startedAt) / 1_000 })}\n`);
