import { formatByteSize } from "../plan/byte-size.ts";
import { formatDuration } from "../plan/duration.ts";
import { listPoints, type Point } from "../vault/list-points.ts";
import { openProject } from "./lib/open-project.ts";
import { PLAN_OPTIONS } from "./lib/plan-options.ts";
import { runCommand } from "./lib/run-command.ts";
import { toTier } from "./lib/to-tier.ts";

await runCommand({
  name: "points",
  summary: "List the recovery points of a project, newest first.",
  usage: "npm run points -- (--stack NAME | --plan FILE) [--project NAME] [--tier TIER]",
  options: {
    ...PLAN_OPTIONS,
    tier: { type: "string", placeholder: "TIER", description: "only points of this tier" },
    replica: { type: "boolean", description: "list the replica bucket" },
  },
  examples: ["npm run points -- --stack prod --project ordak --tier nightly"],
  async run(options, { clock }) {
    const tier = options.tier === undefined ? undefined : toTier(options.tier);
    const { project, vault } = await openProject(options, { clock, purpose: "read" });
    try {
      const points = await listPoints(vault, project.name, { tier });
      return { result: { project: project.name, points }, text: table(points, project.name, clock()) };
    } finally {
      vault.close();
    }
  },
});

function table(points: readonly Point[], project: string, now: Date): string {
  if (points.length === 0) return `${project} has no recovery point. Make one: npm run backup`;
  const rows = points.map((point) => [
    point.id,
    point.tier,
    formatDuration(Math.max(0, Math.floor((now.getTime() - point.createdAt.getTime()) / 1000))),
    point.bytes === undefined ? "unknown" : formatByteSize(point.bytes),
    point.verifiedAt ? day(point.verifiedAt) : "never",
    point.lockUntil ? day(point.lockUntil) : "not locked",
  ]);
  const all = [["id", "tier", "age", "size", "verified", "locked until"], ...rows];
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  return all.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ")).join("\n");
}

function day(at: Date): string {
  return at.toISOString().slice(0, 16).replace("T", " ");
}
