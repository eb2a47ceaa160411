import type pg from "pg";
import { HoldfastError } from "../plan/holdfast-error.ts";
import { type ConnectOptions, connect } from "./connect.ts";
import type { DatabaseAddress } from "./database-address.ts";
import { databaseError } from "./database-error.ts";

/** One moment of a database, shared by every session that joins it. */
export interface Snapshot {
  /** What `SET TRANSACTION SNAPSHOT` and `pg_dump --snapshot` take. Valid until `close()`. */
  readonly id: string;
  /** The server's clock when the snapshot was taken, UTC. */
  readonly takenAt: Date;
  /** The session that holds it; free for further reads. */
  readonly client: pg.Client;
  /** Ends the session and with it the snapshot; never throws. */
  readonly close: () => Promise<void>;
}

/**
 * Ends a session whatever its state; never throws and never hangs on a peer that is gone.
 */
export async function closeClient(client: pg.Client): Promise<void> {
  const deadline = new Promise<void>((resolve) => {
    setTimeout(() => {
      client.connection.stream.destroy();
      resolve();
    }, 5_000).unref();
  });
  await Promise.race([client.end().catch(() => undefined), deadline]);
}

/**
 * Takes a snapshot: a `REPEATABLE READ, READ ONLY` transaction that exports its view of the data.
 *
 * The transaction stays open until `close()`, which holds back vacuum on the source for as long.
 * @throws HoldfastError as `connect`; `SNAPSHOT_UNAVAILABLE` on a server that cannot export one (a replica before
 * its first consistent point, a pooler that changes sessions).
 * @see https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-SNAPSHOT-SYNCHRONIZATION
 */
export async function openSnapshot(
  address: DatabaseAddress,
  options: ConnectOptions = {},
): Promise<Snapshot> {
  const client = await connect(address, { applicationName: "holdfast snapshot", ...options });
  try {
    await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY");
    const result = await client.query<{ id: string; taken_at: string }>(
      `SELECT pg_catalog.pg_export_snapshot() AS id,
              pg_catalog.to_char(pg_catalog.clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS taken_at`,
    );
    const row = result.rows[0];
    if (row === undefined) throw new Error("pg_export_snapshot returned no row");
    return { id: row.id, takenAt: new Date(row.taken_at), client, close: () => closeClient(client) };
  } catch (error) {
    await closeClient(client);
    throw databaseError(error, "Taking the snapshot");
  }
}

/**
 * Opens a further session that sees exactly what the snapshot sees, set up for `COPY` of ctid ranges.
 * End it with `closeClient`.
 * @throws HoldfastError as `connect`; `SNAPSHOT_LOST` when the session that exported it has ended.
 */
export async function joinSnapshot(
  address: DatabaseAddress,
  id: string,
  options: ConnectOptions = {},
): Promise<pg.Client> {
  if (!/^[0-9A-Fa-f-]{1,64}$/.test(id)) {
    throw new HoldfastError({
      code: "SNAPSHOT_LOST",
      message: "The snapshot's id is malformed.",
      hint: "Take the snapshot with openSnapshot and pass its id on unchanged.",
    });
  }
  const client = await connect(address, { applicationName: "holdfast worker", ...options });
  try {
    await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY");
    await client.query(`SET TRANSACTION SNAPSHOT '${id}'`);
    // Never-analyzed tables have no statistics to tell the planner that a range scan beats reading the whole table.
    await client.query("SET LOCAL enable_seqscan = off");
    return client;
  } catch (error) {
    await closeClient(client);
    const lost = /snapshot .*does not exist|invalid snapshot identifier/i.test(String(error));
    if (!lost) throw databaseError(error, "Joining the snapshot");
    throw new HoldfastError({
      code: "SNAPSHOT_LOST",
      message: `The snapshot ${id} is gone: the session that held it has ended.`,
      hint: "Run the backup again; see the server's log if its sessions are being ended.",
      cause: error,
    });
  }
}
