import type { RunSql } from "../../jobs/pitr/marker.ts";
import { connect } from "../../postgres/connect.ts";
import type { DatabaseAddress } from "../../postgres/database-address.ts";
import { closeClient } from "../../postgres/snapshot.ts";

/** Runs SQL in a database, each call in a session of its own: a rewind in between ends all there are. */
export function queryTarget(address: DatabaseAddress): RunSql {
  return async (sql) => {
    const client = await connect(address, { applicationName: "holdfast drill" });
    try {
      const results = [await client.query(sql)].flat();
      return results.at(-1)?.rows ?? [];
    } finally {
      await closeClient(client);
    }
  };
}
