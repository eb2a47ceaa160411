import { existsSync, readFileSync, renameSync } from "node:fs";
import pg from "pg";
import { replaceFile } from "../../replace-file.ts";
import { PROJECT_USER } from "../../seed/seed-project.ts";
import { withClient } from "../../seed/with-client.ts";
import { clusterPaths } from "./cluster-paths.ts";
import { clusterUrls } from "./cluster-urls.ts";
import { scramVerifier } from "./scram-verifier.ts";

/**
 * Tells the database a password that a killed process wrote down but perhaps did not tell. No effect when there is
 * none. The server must run.
 */
export async function finishPasswordChange(directory: string): Promise<void> {
  const { nextPassword, projectPassword } = clusterPaths(directory);
  if (!existsSync(nextPassword)) return;
  const verifier = scramVerifier(readFileSync(nextPassword, "utf8").trimEnd());
  await withClient(clusterUrls(directory).admin, (client) =>
    client.query(`ALTER ROLE ${PROJECT_USER} PASSWORD ${pg.escapeLiteral(verifier)}`),
  );
  renameSync(nextPassword, projectPassword);
}

/** Gives user `postgres` another password; a kill at any moment leaves the old one or the new one in force. */
export async function setClusterPassword(directory: string, password: string): Promise<void> {
  replaceFile(clusterPaths(directory).nextPassword, `${password}\n`, 0o600);
  await finishPasswordChange(directory);
}
