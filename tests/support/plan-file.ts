import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { VaultSettings } from "../../vault/vault-settings.ts";
import { testDirectory } from "./servers.ts";

/** The name of the project in the tests' plan files, and the variable that holds its database's URL. */
export const PLANNED_PROJECT = "shop";
export const PROJECT_VARIABLE = "SHOP_URL";
export const TARGET_VARIABLE = "TARGET_URL";

/** Writes a protection plan of one project for the command line programs and returns its path. */
export async function writePlanFile(
  { environment, ...vault }: VaultSettings,
  options: { readonly workers?: number; readonly project?: Readonly<Record<string, unknown>> } = {},
): Promise<string> {
  const file = join(await testDirectory("plan"), "plan.yaml");
  const plan = {
    environment,
    vault,
    job: { workers: options.workers ?? 2 },
    projects: [
      {
        name: PLANNED_PROJECT,
        kind: "postgres",
        connection: { env: PROJECT_VARIABLE },
        ...options.project,
      },
    ],
  };
  // JSON is YAML.
  writeFileSync(file, JSON.stringify(plan, undefined, 2));
  return file;
}
