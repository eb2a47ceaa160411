import { backup } from "../../jobs/backup.ts";
import { restore } from "../../jobs/restore.ts";
import { verify } from "../../jobs/verify.ts";
import { parseDatabaseUrl } from "../../postgres/database-url.ts";
import type { PointReference } from "../../vault/layout.ts";
import { openVault } from "../../vault/open-vault.ts";
import { readManifest } from "../../vault/read-manifest.ts";
import type { VaultSettings } from "../../vault/vault-settings.ts";
import { databaseOf, testProject } from "./jobs.ts";
import { peakKibibytes } from "./peak-kibibytes.ts";

/** What `runJob` of run-job-apart.ts hands over, as JSON in the environment. */
export interface JobApart {
  readonly job: "backup" | "restore" | "verify";
  readonly settings: VaultSettings;
  readonly url: string;
  /** Of restore and verify. */
  readonly point?: PointReference;
}

/** Runs one job in this process and ends with a JSON line: its result or error, and the most memory it held. */
async function main({ job, settings, url, point }: JobApart): Promise<unknown> {
  const vault = await openVault(settings, { clock: () => new Date(), purpose: "write" });
  const common = { vault, workers: 2, progress: () => undefined };
  const address = parseDatabaseUrl(url);
  if (job === "backup") {
    const { manifest } = await backup({ ...common, project: testProject(), tier: "nightly", address });
    return { project: manifest.project, tier: manifest.tier, id: manifest.id };
  }
  if (point === undefined) throw new Error(`${job} needs a point`);
  const manifest = await readManifest(vault, point);
  if (job === "restore")
    return await restore({ ...common, manifest, target: address, confirm: databaseOf(url) });
  return await verify({ ...common, manifest, target: address });
}

const outcome = await main(JSON.parse(process.env.JOB_APART ?? "{}")).then(
  (result) => ({ result }),
  (error: Error & { code?: string; hint?: string }) => ({
    error: { code: error.code, message: error.message, hint: error.hint },
  }),
);
process.stdout.write(`${JSON.stringify({ ...outcome, peakKibibytes: peakKibibytes() })}\n`);
