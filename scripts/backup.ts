import { backup } from "../jobs/backup.ts";
import { resolveSecret } from "../jobs/resolve-secret.ts";
import { formatByteSize } from "../plan/byte-size.ts";
import { findTier } from "../plan/find-tier.ts";
import { TIERS } from "../plan/tier.ts";
import { parseDatabaseUrl } from "../postgres/database-url.ts";
import { gitDescribe } from "./lib/git-describe.ts";
import { openProject } from "./lib/open-project.ts";
import { PLAN_OPTIONS } from "./lib/plan-options.ts";
import { publishMetrics } from "./lib/publish-metrics.ts";
import { runCommand } from "./lib/run-command.ts";
import { toTier } from "./lib/to-tier.ts";

await runCommand({
  name: "backup",
  summary: "Take one recovery point of a project into the vault.",
  usage: "npm run backup -- (--stack NAME | --plan FILE) [--project NAME] [--tier TIER]",
  options: {
    ...PLAN_OPTIONS,
    tier: {
      type: "string",
      placeholder: "TIER",
      default: "nightly",
      description: `retention class of the point: ${TIERS.join(", ")}`,
    },
  },
  examples: [
    "npm run backup -- --stack prod --project ordak",
    "npm run backup -- --plan my.yaml --tier checkpoint",
  ],
  async run(options, { clock, signal, progress, say }) {
    const { plan, project, vault } = await openProject(options, { clock, purpose: "write" });
    try {
      const tier = toTier(options.tier);
      findTier(project, tier);
      const address = parseDatabaseUrl(await resolveSecret(project.connection, `the URL of ${project.name}`));
      say(`Backing up ${project.name} (${address.database} on ${address.host}) into ${vault.bucket} …`);
      const place = { environment: plan.environment, project: project.name, tier };
      const publish = (values: Parameters<typeof publishMetrics>[1]) =>
        publishMetrics(place, values, { at: clock(), say });
      const { manifest, durationSeconds, plainBytes, storedBytes, warnings } = await backup({
        vault,
        project,
        tier,
        address,
        workers: plan.job.workers,
        progress,
        signal,
        gitDescribe: await gitDescribe(),
      }).catch((error: unknown) => {
        publish({ BackupFailed: 1 });
        throw error;
      });
      publish({ BackupSucceeded: 1, BackupDurationSeconds: durationSeconds, BackupBytes: storedBytes });
      const rows = manifest.tables.reduce((sum, table) => sum + table.rows, 0);
      return {
        result: {
          point: manifest.id,
          project: project.name,
          tier,
          createdAt: manifest.createdAt,
          retainUntil: manifest.retainUntil,
          tables: manifest.tables.length,
          rows,
          plainBytes,
          storedBytes,
          storedObjects: (manifest.storage ?? []).map(({ bucket, objects }) => ({ bucket, objects })),
          durationSeconds,
          notIncluded: manifest.notIncluded,
          warnings,
        },
        text: [
          `Recovery point ${manifest.id} stands: ${manifest.tables.length} tables, ${rows} rows, ${formatByteSize(plainBytes)} stored as ${formatByteSize(storedBytes)} in ${durationSeconds.toFixed(1)} s; kept until ${manifest.retainUntil}.`,
          ...(manifest.storage ?? []).map(
            ({ bucket, objects }) =>
              `  lists ${objects} stored objects of ${bucket}; npm run sync mirrors them`,
          ),
          ...warnings.map(({ what, why, fix }) => `  warning: ${what}: ${why}. ${fix}`),
          ...manifest.notIncluded.map(({ what, why }) => `  not included: ${what} (${why})`),
        ].join("\n"),
      };
    } finally {
      vault.close();
    }
  },
});
