import { missingObjects } from "../jobs/storage/missing-objects.ts";
import { formatByteSize } from "../plan/byte-size.ts";
import { formatDuration } from "../plan/duration.ts";
import type { ProjectPlan } from "../plan/protection-plan.ts";
import { retentionSet } from "../plan/retention-set.ts";
import { TIERS } from "../plan/tier.ts";
import { findPoint } from "../vault/find-point.ts";
import { listPoints, type Point } from "../vault/list-points.ts";
import { readManifest } from "../vault/read-manifest.ts";
import type { Vault } from "../vault/vault.ts";
import { describeCoverage } from "./lib/describe-coverage.ts";
import { keepHeapSmall } from "./lib/keep-heap-small.ts";
import { openProject } from "./lib/open-project.ts";
import { KEY_OPTIONS, PLAN_OPTIONS } from "./lib/plan-options.ts";
import { runCommand } from "./lib/run-command.ts";
import { toTier } from "./lib/to-tier.ts";

await runCommand({
  name: "points",
  summary:
    "List the recovery points of a project, newest first, or what of one's stored objects is not mirrored.",
  usage:
    "npm run points -- (--stack NAME | --plan FILE) [--project NAME] [--tier TIER] | --missing ID [--escrow-key FILE]",
  options: {
    ...PLAN_OPTIONS,
    tier: { type: "string", placeholder: "TIER", description: "only points of this tier" },
    missing: {
      type: "string",
      placeholder: "ID",
      description:
        "stored objects of this point (or latest) that are not in the mirror; exit code 3 when there are",
    },
    "escrow-key": KEY_OPTIONS["escrow-key"],
    replica: { type: "boolean", description: "list the replica bucket" },
  },
  examples: [
    "npm run points -- --stack prod --project ordak --tier nightly",
    "npm run points -- --stack prod --project ordak --missing latest",
  ],
  async run(options, { clock }) {
    const tier = options.tier === undefined ? undefined : toTier(options.tier);
    const { project, vault } = await openProject(options, { clock, purpose: "read" });
    try {
      if (options.missing !== undefined) return await listMissing(vault, project.name, options.missing);
      const points = withRetention(await listPoints(vault, project.name, { tier }), project, clock());
      return { result: { project: project.name, points }, text: table(points, project.name, clock()) };
    } finally {
      vault.close();
    }
  },
});

async function listMissing(vault: Vault, project: string, selector: string) {
  keepHeapSmall();
  const manifest = await readManifest(vault, await findPoint(vault, project, selector));
  const buckets = await missingObjects(vault, manifest);
  const isWhole = buckets.every(({ missing, changed }) => missing + changed === 0);
  return {
    exitCode: isWhole ? 0 : 3,
    result: { project, point: manifest.id, buckets },
    text: describeCoverage(manifest.id, buckets),
  } as const;
}

interface RetainedListing extends Point {
  /** What retention says of it. */
  readonly retention: string;
}

/** The plan's verdict on each point: kept, or free to expire, and why. Tiers that the plan dropped keep theirs. */
function withRetention(points: readonly Point[], project: ProjectPlan, now: Date): RetainedListing[] {
  const verdicts = new Map<Point, string>();
  for (const tier of TIERS) {
    const rule = project.tiers[tier];
    if (rule === undefined) continue;
    const decided = retentionSet(
      points.filter((point) => point.tier === tier),
      rule.retain,
      now,
    );
    for (const { point, reason } of decided.keep) verdicts.set(point, `kept: ${reason}`);
    for (const { point, reason } of decided.expirable) verdicts.set(point, `may expire: ${reason}`);
  }
  return points.map((point) => ({
    ...point,
    retention: verdicts.get(point) ?? "kept: the plan has no such tier",
  }));
}

function table(points: readonly RetainedListing[], project: string, now: Date): string {
  if (points.length === 0) return `${project} has no recovery point. Make one: npm run backup`;
  const rows = points.map((point) => [
    point.id,
    point.tier,
    formatDuration(Math.max(0, Math.floor((now.getTime() - point.createdAt.getTime()) / 1000))),
    point.bytes === undefined ? "unknown" : formatByteSize(point.bytes),
    point.verifiedAt ? day(point.verifiedAt) : "never",
    point.lockUntil ? day(point.lockUntil) : "not locked",
    point.retention,
  ]);
  const all = [["id", "tier", "age", "size", "verified", "locked until", "retention"], ...rows];
  const widths = [0, 1, 2, 3, 4, 5].map((column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  return all.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ")).join("\n");
}

function day(at: Date): string {
  return at.toISOString().slice(0, 16).replace("T", " ");
}
