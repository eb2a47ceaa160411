import { checkMigrations } from "../verify/check-migrations.ts";
import { migrationVersions } from "../verify/migration-versions.ts";
import type { CheckpointCheck } from "./checkpoint-check.ts";

export type MigrationJudgement = CheckpointCheck | { readonly notChecked: string };

/**
 * Whether production has applied the migrations of the release's directory: all of them, or, when the deployment brings
 * new ones, those up to a known one.
 *
 * @param applied the newest that production has applied
 * @param migrates whether the deployment applies those that production lacks
 */
export async function judgeMigrations(
  directory: string,
  applied: string | undefined,
  migrates: boolean,
): Promise<MigrationJudgement> {
  const found = await checkMigrations(directory, applied, "production");
  if ("notChecked" in found) return found;
  const check = { part: "state" as const, ...found };
  if (check.verdict === "PASS" || !migrates) return check;
  const versions = (await migrationVersions(directory)) ?? [];
  if (applied !== undefined && !versions.includes(applied))
    return { ...check, detail: `production has applied ${applied}, which ${directory} does not have` };
  const pending = versions.filter((version) => applied === undefined || version > applied);
  return {
    ...check,
    verdict: "PASS",
    detail: `production has applied ${applied ?? "none"}; this deployment brings ${pending.join(", ")}`,
  };
}
