import { connect } from "../../postgres/connect.ts";
import type { DatabaseAddress } from "../../postgres/database-address.ts";

/** Runs statements as the owner of the project, each on its own. */
export async function strike(address: DatabaseAddress, statements: readonly string[]): Promise<void> {
  const client = await connect(address, { applicationName: "holdfast sandbox" });
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}
