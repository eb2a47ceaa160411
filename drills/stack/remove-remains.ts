import pg from "pg";
import { resolveSecret } from "../../jobs/resolve-secret.ts";
import type { Clock } from "../../plan/clock.ts";
import { HoldfastError } from "../../plan/holdfast-error.ts";
import { connect } from "../../postgres/connect.ts";
import { parseDatabaseUrl } from "../../postgres/database-url.ts";
import { closeClient } from "../../postgres/snapshot.ts";
import { deleteProject } from "../../supabase/calls/delete-project.ts";
import { listProjects } from "../../supabase/calls/list-projects.ts";
import type { ManagementApi } from "../../supabase/management-api.ts";
import { waitUntil } from "../../supabase/wait-until.ts";
import type { CompleteTarget } from "../drill-target.ts";
import { drillDatabaseName, drillProjectName } from "./drill-names.ts";

/** Supabase makes a project in minutes. */
const CREATION_SECONDS = 900;

/**
 * Removes what a drill was just making when it was killed: a state knows that it was begun, not whether it is there. The
 * names are those of this drill alone.
 * @throws HoldfastError SECRET_…, those of the database; ApiError
 */
export async function removeRemains(
  stackName: string,
  target: CompleteTarget,
  { api, clock }: { readonly api: () => Promise<ManagementApi>; readonly clock: Clock },
): Promise<void> {
  if (target.kind === "server") await dropDatabase(stackName, target);
  else await deleteProjectOf(stackName, target, await api(), clock);
}

async function dropDatabase(
  stackName: string,
  { connection }: Extract<CompleteTarget, { kind: "server" }>,
): Promise<void> {
  const url = await resolveSecret(connection, "the login of the server that drills restore into");
  const client = await connect(parseDatabaseUrl(url), { applicationName: "holdfast drill" });
  try {
    const database = pg.escapeIdentifier(drillDatabaseName(stackName));
    await client.query(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`);
  } finally {
    await closeClient(client);
  }
}

/** A project that is still being made cannot be deleted yet. */
async function deleteProjectOf(
  stackName: string,
  { organization }: Extract<CompleteTarget, { kind: "supabase" }>,
  api: ManagementApi,
  clock: Clock,
): Promise<void> {
  const name = drillProjectName(stackName);
  for await (const project of listProjects(api, organization)) {
    if (project.name !== name) continue;
    await waitUntil({
      what: `the deletion of project ${project.ref}`,
      poll: () => deleteProject(api, project.ref).then(() => true, goneIsDone),
      done: (isGone) => isGone,
      tolerate: (error) => isApiError(error, "SUPABASE_REFUSED"),
      deadlineSeconds: CREATION_SECONDS,
      intervalSeconds: 15,
      clock,
    });
  }
}

function goneIsDone(error: unknown): true {
  if (isApiError(error, "SUPABASE_NOT_FOUND")) return true;
  throw error;
}

const isApiError = (error: unknown, code: string) => error instanceof HoldfastError && error.code === code;
