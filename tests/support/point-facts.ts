import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { ListMultipartUploadsCommand, ListObjectVersionsCommand } from "@aws-sdk/client-s3";
import { HoldfastError } from "../../plan/holdfast-error.ts";
import { checkChunks } from "../../vault/check-chunks.ts";
import { parsePointKey } from "../../vault/layout.ts";
import { listPoints } from "../../vault/list-points.ts";
import type { Manifest } from "../../vault/manifest.ts";
import { type OpenVaultOptions, openVault } from "../../vault/open-vault.ts";
import { readManifest } from "../../vault/read-manifest.ts";
import { type SweepReport, sweepLitter } from "../../vault/sweep-litter.ts";
import type { Vault } from "../../vault/vault.ts";
import type { VaultSettings } from "../../vault/vault-settings.ts";
import { createDatabase, query } from "./databases.ts";
import { type FaultProxy, startFaultProxy } from "./fault-proxy.ts";
import { failures, type JobBench } from "./jobs.ts";

const HOUR = 3_600_000;

/** Expects a typed error with a message and a fix, and gives it back. */
export async function failsWith(
  code: string | readonly string[],
  work: Promise<unknown>,
): Promise<HoldfastError> {
  const caught: unknown = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  assert.ok(caught instanceof HoldfastError, `expected ${code}, got ${String(caught)}`);
  assert.ok([code].flat().includes(caught.code), `${caught.code}: ${caught.message}`);
  assert.ok(caught.message.length > 10 && caught.hint.length > 10, "a message and a hint");
  return caught;
}

/** Expects a point to come back whole in a target, a fresh one unless given, and returns the target's URL. */
export async function assertRestores(
  bench: JobBench,
  manifest: Manifest,
  options: { readonly target?: string; readonly vault?: Vault; readonly tag?: boolean } = {},
): Promise<string> {
  const { target = await createDatabase(), ...overrides } = options;
  await bench.restore(manifest, target, overrides.vault ? { vault: overrides.vault } : {});
  await assertProved(bench, manifest, target, overrides);
  return target;
}

/** Expects that a database is proved to be a point. */
export async function assertProved(
  bench: JobBench,
  manifest: Manifest,
  target: string,
  overrides: { readonly vault?: Vault; readonly tag?: boolean } = {},
): Promise<void> {
  const proof = await bench.verify(manifest, target, overrides);
  assert.deepEqual([proof.verdict, failures(proof)], ["PASS", []]);
}

/** The ids of a project's points, each of them whole to its last byte. */
export async function wholePoints(vault: Vault, project: string): Promise<string[]> {
  const points = await listPoints(vault, project);
  for (const point of points) {
    const report = await checkChunks(vault, await readManifest(vault, point));
    assert.deepEqual(report.problems, [], point.id);
  }
  return points.map(({ id }) => id);
}

/** Point folders that hold anything at all, and unfinished uploads: what a look behind the product's back finds. */
export async function storedFolders(
  vault: Vault,
  project: string,
): Promise<{ points: string[]; uploads: string[] }> {
  const target = { Bucket: vault.bucket, Prefix: `${project}/` };
  const { Versions = [] } = await vault.s3.send(new ListObjectVersionsCommand(target));
  const { Uploads = [] } = await vault.s3.send(new ListMultipartUploadsCommand(target));
  const ids = Versions.flatMap(({ Key = "" }) => parsePointKey(Key)?.id ?? []);
  return { points: [...new Set(ids)], uploads: Uploads.map(({ Key = "" }) => Key) };
}

/** Opens a vault whose own and whose store's clocks are so many hours ahead. */
export async function openVaultLater(
  settings: VaultSettings & { readonly endpoint: string },
  hours: number,
  options: Partial<OpenVaultOptions> = {},
): Promise<{ readonly vault: Vault; readonly proxy: FaultProxy }> {
  const proxy = await startFaultProxy(settings.endpoint);
  const later = () => new Date(Date.now() + hours * HOUR);
  proxy.inject({
    kind: { answerHeaders: { date: later().toUTCString() } },
    when: ({ method }) => method === "HEAD",
  });
  const vault = await openVault({ ...settings, endpoint: proxy.endpoint }, { clock: later, ...options });
  return { vault, proxy };
}

/** What the daily sweep does 25 hours later. */
export async function sweepTomorrow(
  settings: VaultSettings & { readonly endpoint: string },
  project: string,
): Promise<SweepReport> {
  const { vault, proxy } = await openVaultLater(settings, 25);
  try {
    return await sweepLitter(vault, project, { dryRun: false });
  } finally {
    vault.close();
    await proxy.close();
  }
}

/** Waits until no session of ours is left in a database, which a killed program must not hold open. */
export async function sessionsEnd(url: string, seconds = 10): Promise<void> {
  const deadline = performance.now() + seconds * 1000;
  for (;;) {
    const left = await query(
      url,
      `SELECT application_name AS name, state, query FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'`,
    );
    if (left.length === 0) return;
    assert.ok(performance.now() < deadline, `sessions are left: ${JSON.stringify(left)}`);
    await sleep(50);
  }
}
