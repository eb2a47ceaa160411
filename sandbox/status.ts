import { sandboxPaths } from "./sandbox-paths.ts";
import { withClient } from "./seed/with-client.ts";
import { openMinistackServer } from "./servers/ministack-server.ts";
import { openPostgresServer, type PostgresServer } from "./servers/postgres-server.ts";
import { openSupabaseServer } from "./servers/supabase-server.ts";

export interface ServerStatus {
  readonly running: boolean;
  readonly pid?: number | undefined;
  readonly port?: number | undefined;
}

export interface SandboxStatus {
  readonly directory: string;
  readonly postgres: ServerStatus & {
    /** Largest first; empty when the server does not run. */
    readonly databases: readonly { readonly name: string; readonly bytes: number }[];
  };
  readonly supabase: ServerStatus & { readonly endpoint?: string | undefined };
  readonly aws: ServerStatus & { readonly endpoint?: string | undefined };
  readonly planFile: string;
}

function statusOf(server: { readonly port: number; pid(): number | undefined } | undefined): ServerStatus {
  const pid = server?.pid();
  return { running: pid !== undefined, pid, port: server?.port };
}

async function listDatabases(server: PostgresServer): Promise<{ name: string; bytes: number }[]> {
  const { rows } = await withClient(server.url(), (client) =>
    client.query<{ name: string; bytes: string }>(
      "SELECT datname AS name, pg_database_size(oid) AS bytes FROM pg_database WHERE datname !~ '^template[01]$' ORDER BY 2 DESC",
    ),
  );
  return rows.map(({ name, bytes }) => ({ name, bytes: Number(bytes) }));
}

/** What of the sandbox runs, and what it holds. */
export async function sandboxStatus(directory?: string): Promise<SandboxStatus> {
  const paths = sandboxPaths(directory);
  const postgres = openPostgresServer(paths.postgres);
  const supabase = openSupabaseServer(paths.supabase);
  const aws = openMinistackServer(paths.aws);
  return {
    directory: paths.directory,
    postgres: {
      ...statusOf(postgres),
      databases: postgres?.running() ? await listDatabases(postgres) : [],
    },
    supabase: { ...statusOf(supabase), endpoint: supabase?.endpoint },
    aws: { ...statusOf(aws), endpoint: aws?.endpoint },
    planFile: paths.planFile,
  };
}
