import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { SeenRequest } from "./fault-proxy.ts";
import { type FaultProxy, startFaultProxy } from "./fault-proxy.ts";
import { PROJECT_VARIABLE, writePlanFile } from "./plan-file.ts";
import { type ScriptRun, startScript } from "./run-script.ts";
import { createStorageBench, PHOTOS, type StorageBench } from "./storage-bench.ts";

/** A project with Storage, the plan of it, and between `sync` and its vault a proxy that tells when to kill it. */
export interface KilledSync {
  readonly bench: StorageBench;
  /** Its file. */
  readonly plan: string;
  readonly proxy: FaultProxy;
  /** Runs the sync command; it is killed when a request that fits arrives at the vault, for the `nth` time. */
  run(
    fits?: (request: SeenRequest) => boolean,
    nth?: number,
    args?: readonly string[],
    variables?: NodeJS.ProcessEnv,
  ): Promise<ScriptRun>;
  close(): Promise<void>;
}

/** The server notices a moment later that the session of a killed sync is gone. */
async function lockIsFree({ storage }: StorageBench): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    const held = await storage.rows(
      "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
    );
    if (held.length === 0) return;
    await sleep(50);
  }
  throw new Error("the session of a killed sync is still there");
}

/** What the sync command reads of its environment. */
export function syncVariables(url: string): NodeJS.ProcessEnv {
  return {
    [PROJECT_VARIABLE]: url,
    STORAGE_ACCESS_KEY_ID: "storage-key",
    STORAGE_SECRET_ACCESS_KEY: "storage-secret",
  };
}

/** @param rule of the bucket in the plan, besides its name */
export async function createKilledSync(rule: Readonly<Record<string, unknown>> = {}): Promise<KilledSync> {
  const bench = await createStorageBench();
  const proxy = await startFaultProxy(bench.settings.endpoint ?? "");
  const plan = await writePlanFile(
    { ...bench.settings, endpoint: proxy.endpoint },
    {
      project: {
        kind: "supabase",
        region: "eu-west-2",
        storage: [{ bucket: PHOTOS, ...rule }],
        storageAccess: {
          endpoint: bench.storage.endpoint,
          accessKeyId: { env: "STORAGE_ACCESS_KEY_ID" },
          secretAccessKey: { env: "STORAGE_SECRET_ACCESS_KEY" },
        },
      },
    },
  );
  return {
    bench,
    plan,
    proxy,
    async run(fits = () => false, nth = 1, args = [], variables = {}) {
      const environment = { ...syncVariables(bench.url), ...variables };
      const script = await startScript("sync", ["--plan", plan, ...args], environment);
      let met = 0;
      proxy.clear();
      proxy.inject({
        kind: "hang",
        times: 1,
        when: (request) => fits(request) && ++met === nth,
        onFault: () => script.kill(),
      });
      const ended = await script.ended;
      await lockIsFree(bench);
      assert.ok(ended.signal === "SIGKILL" || ended.exitCode !== undefined, ended.stderr);
      return ended;
    },
    async close() {
      await proxy.close();
      await bench.close();
    },
  };
}
