import assert from "node:assert/strict";
import { parsePointId } from "../../plan/point-id.ts";
import { listEvidence } from "../../vault/evidence/list-evidence.ts";
import { verifyEvidence } from "../../vault/evidence/verify-evidence.ts";
import type { Vault } from "../../vault/vault.ts";
import { createDatabase, query } from "./databases.ts";
import { type FaultProxy, type SeenRequest, startFaultProxy } from "./fault-proxy.ts";
import { createJobBench, type JobBench } from "./jobs.ts";
import { nextSecond } from "./next-second.ts";
import { PROJECT_VARIABLE, writePlanFile } from "./plan-file.ts";
import { type ScriptRun, startScript } from "./run-script.ts";

export type Fits = (request: SeenRequest) => boolean;

/** Requests that change the store: between two of them a killed run leaves the same as right before the second. */
export const changesStore: Fits = ({ method }) => method !== "GET" && method !== "HEAD";
export const writesManifest: Fits = ({ method, url }) =>
  method === "PUT" && /\/manifest\.json(\?|$)/.test(url);

/** A small database, a vault, and between a backup and its store a proxy that tells when to kill it. */
export interface KilledBackup {
  readonly bench: JobBench;
  readonly settings: JobBench["settings"] & { readonly endpoint: string };
  readonly proxy: FaultProxy;
  readonly source: string;
  /** Runs the backup command; it is killed when a request that fits arrives at the store, for the `nth` time. */
  run(fits?: Fits, nth?: number): Promise<ScriptRun>;
}

export async function createKilledBackup(
  options: { readonly lockMode?: "governance"; readonly tier?: "nightly" | "weekly" } = {},
): Promise<KilledBackup> {
  const bench = await createJobBench(options.lockMode ? { lockMode: options.lockMode } : {});
  // Each of its objects is one more run to be killed.
  const source = await createDatabase();
  await query(
    source,
    "CREATE TABLE customers (id int PRIMARY KEY); INSERT INTO customers VALUES (1), (2), (3)",
  );
  const settings = { ...bench.settings, endpoint: bench.settings.endpoint ?? "" };
  const proxy = await startFaultProxy(settings.endpoint);
  const plan = await writePlanFile(
    { ...settings, endpoint: proxy.endpoint },
    { project: { tiers: { nightly: {}, weekly: { scope: "schema" } } } },
  );
  const args = ["--plan", plan, "--tier", options.tier ?? "nightly"];
  return {
    bench,
    settings,
    proxy,
    source,
    async run(fits = () => false, nth = 1) {
      await nextSecond(lastNamed(proxy.seen));
      const script = await startScript("backup", args, { [PROJECT_VARIABLE]: source });
      let met = 0;
      proxy.clear();
      proxy.inject({
        kind: "hang",
        times: 1,
        when: (request) => fits(request) && ++met === nth,
        onFault: () => script.kill(),
      });
      const ended = await script.ended;
      assert.ok(ended.signal === "SIGKILL" || ended.exitCode === 0, ended.stderr);
      return ended;
    },
  };
}

/** The second of the last point that requests named. */
function lastNamed(requests: readonly SeenRequest[]): Date {
  const ids = requests.flatMap(({ url }) => /\/((?:nightly|weekly)_\d{8}_\d{6})\//.exec(url)?.[1] ?? []);
  return ids.length === 0 ? new Date(0) : parsePointId(ids.at(-1) ?? "").at;
}

/** The points whose success is on record, oldest first; the chain must hold. */
export async function recordedPoints(vault: Vault): Promise<unknown[]> {
  const records = await listEvidence(vault);
  assert.deepEqual(verifyEvidence(records, await vault.signer?.publicKeyPem()).problems, []);
  const bodies = records.map((record) => Object(record).body as Record<string, unknown>);
  return bodies.filter(({ verdict }) => verdict === "PASS").map(({ point }) => point);
}
