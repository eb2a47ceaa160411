import { join } from "node:path";
import type pg from "pg";
import type { ProjectPlan } from "../../plan/protection-plan.ts";
import { connect } from "../../postgres/connect.ts";
import { parseDatabaseUrl } from "../../postgres/database-url.ts";
import { runChecks } from "../../postgres/run-checks.ts";
import { closeClient } from "../../postgres/snapshot.ts";
import { newestMigration } from "../backup/newest-migration.ts";
import { once } from "../once.ts";
import { checkMigrations } from "../verify/check-migrations.ts";
import type { HealthContext } from "./health-context.ts";
import { fail, type HealthLine, type Judged, notMeasured, pass } from "./health-line.ts";
import { judgeLine } from "./judge-line.ts";

/** How long one look at a catalog may take; a database that takes longer is not well. */
const TIMEOUT_SECONDS = 60;

/** Whether production has what the application expects: tables, enums, the newest migration of its repository. */
export async function databaseLines(context: HealthContext, project: ProjectPlan): Promise<HealthLine[]> {
  const { name, checks } = project;
  const { expectedTables, expectedEnums, migrationsDirectory } = checks;
  const session = once(async () => {
    const address = parseDatabaseUrl(await context.databaseUrl(project));
    return await connect(address, {
      applicationName: "holdfast health",
      statementTimeoutSeconds: TIMEOUT_SECONDS,
    });
  });
  let opened: pg.Client | undefined;
  const client = async () => {
    opened = await session();
    return opened;
  };
  const line = (id: string, bound: string, measure: () => Promise<Judged>) =>
    judgeLine({ id, project: name, bound }, measure, context.signal);
  try {
    // One after another: they share a session.
    return [
      await line("expected-tables", `all ${expectedTables.length} exist`, () =>
        exist(client, "tables", expectedTables, context.clock),
      ),
      await line("expected-enums", `all ${expectedEnums.length} exist`, () =>
        exist(client, "enums", expectedEnums, context.clock),
      ),
      await line("migration", "newest in git is applied", async () => {
        if (migrationsDirectory === undefined)
          return notMeasured("the plan names no checks.migrationsDirectory");
        const directory = join(context.repository ?? process.cwd(), migrationsDirectory);
        const found = await checkMigrations(directory, await newestMigration(await client()), "production");
        if ("notChecked" in found) return notMeasured(found.notChecked);
        return found.verdict === "PASS" ? pass(found.detail) : fail(found.detail);
      }),
    ];
  } finally {
    if (opened !== undefined) await closeClient(opened);
  }
}

async function exist(
  client: () => Promise<pg.Client>,
  kind: "tables" | "enums",
  names: readonly string[],
  clock: () => Date,
): Promise<Judged> {
  if (names.length === 0)
    return notMeasured(`the plan names no checks.expected${kind === "tables" ? "Tables" : "Enums"}`);
  const none = { criticalTables: [], expectedTables: [], expectedEnums: [], smoke: [] };
  const wanted = kind === "tables" ? { expectedTables: [...names] } : { expectedEnums: [...names] };
  const results = await runChecks(
    await client(),
    { ...none, ...wanted },
    {
      pointTakenAt: clock(),
      timeoutSeconds: TIMEOUT_SECONDS,
    },
  );
  const wrong = results.filter(({ verdict }) => verdict === "FAIL");
  if (wrong.length === 0) return pass(`${names.length} of ${names.length}`);
  const words = wrong.map(({ name, detail }) => `${name.replace(/^expected \w+ /, "")}: ${detail}`);
  return fail(`${names.length - wrong.length} of ${names.length}; ${words.join("; ")}`);
}
