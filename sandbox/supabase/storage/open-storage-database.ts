import pg from "pg";

const CONNECTIONS = 8;
const CONNECT_MILLISECONDS = 5000;

/**
 * Connections of the Storage service to its project's database. They are made when they are needed, so that the pool
 * survives a restart of the server on the same port. End it by `end()`.
 * @param url for a role that owns the schema `storage` or passes its row security
 */
export function openStorageDatabase(url: string): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max: CONNECTIONS,
    connectionTimeoutMillis: CONNECT_MILLISECONDS,
    application_name: "supabase-storage",
    options: "-c search_path=storage -c timezone=UTC",
  });
  // A server that goes down ends the idle connections; the next statement makes new ones.
  pool.on("error", () => undefined);
  return pool;
}
