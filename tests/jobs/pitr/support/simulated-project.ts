import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { type RunSql, writeMarker } from "../../../../jobs/pitr/marker.ts";
import type { PitrRequest } from "../../../../jobs/pitr/pitr-request.ts";
import type { PitrTiming } from "../../../../jobs/pitr/pitr-timing.ts";
import { listBackups } from "../../../../supabase/calls/list-backups.ts";
import { setAddon } from "../../../../supabase/calls/set-addon.ts";
import type { ManagementApi } from "../../../../supabase/management-api.ts";
import { openManagementApi } from "../../../../supabase/open-management-api.ts";
import { getSupabase, type TestSupabase } from "../../../support/supabase.ts";

/** As patient as the simulated platform is quick. */
const TIMING: Partial<PitrTiming> = {
  pollSeconds: 0.3,
  markerSeconds: 3,
  lagPollSeconds: 0.3,
  lagSeconds: 20,
  startSeconds: 3,
  settleSeconds: 1,
  servicesSeconds: 10,
};

/** A project of the simulated platform, on a real cluster, with point-in-time recovery of 7 days. */
export interface SimulatedProject {
  readonly supabase: TestSupabase;
  readonly api: ManagementApi;
  readonly ref: string;
  readonly run: RunSql;
  /** Lets a whole second pass in which nothing is written. @returns that second */
  quietSecond(): Promise<Date>;
  /** A marker that is old enough to prove a target of this moment. */
  addOldMarker(): Promise<void>;
  request(target: Date, overrides?: Partial<PitrRequest>): PitrRequest;
  restores(): number;
}

export async function createSimulatedProject(): Promise<SimulatedProject> {
  const supabase = await getSupabase();
  const ref = await supabase.add({ database: "cluster", compute: "ci_small" });
  const clock = () => new Date();
  const api = openManagementApi({ token: supabase.token, endpoint: supabase.endpoint, clock });
  await setAddon(api, ref, { type: "pitr", variant: "pitr_7" });
  while ((await listBackups(api, ref)).window === undefined) await sleep(100);
  const cluster = supabase.cluster(ref);
  if (cluster === undefined) throw new Error(`project ${ref} has no cluster`);
  const run: RunSql = async (sql) => (await cluster.query(sql)) as Record<string, unknown>[];
  return {
    supabase,
    api,
    ref,
    run,
    async quietSecond() {
      const second = new Date((Math.floor(Date.now() / 1000) + 1) * 1000);
      await sleep(second.getTime() + 100 - Date.now());
      return second;
    },
    async addOldMarker() {
      await writeMarker(run, { note: "makes the table" });
      await run(
        `INSERT INTO holdfast.recovery_marker (id, at, note) VALUES ('${randomUUID()}', now() - interval '10 seconds', 'of a job')`,
      );
    },
    request: (target, overrides = {}) => ({
      api,
      ref,
      target,
      confirm: ref,
      project: { name: "shop", objectives: { rtoSeconds: 60, rpoSeconds: 60 } },
      clock,
      timing: TIMING,
      ...overrides,
    }),
    restores: () =>
      supabase.requests().filter(({ path }) => path.includes(ref) && path.endsWith("/restore-pitr")).length,
  };
}
