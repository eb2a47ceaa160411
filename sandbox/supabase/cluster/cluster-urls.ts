import { readFileSync } from "node:fs";
import { PROJECT_USER } from "../../seed/seed-project.ts";
import { postgresPaths } from "../../servers/postgres-record.ts";
import { clusterPaths } from "./cluster-paths.ts";
import { readClusterRecord } from "./cluster-record.ts";
import { CLUSTER_ADMIN } from "./start-cluster-server.ts";

/** Allowed to read everything and to write nothing. */
const READER = "supabase_read_only_user";

export interface ClusterUrls {
  readonly project: string;
  readonly admin: string;
  /** Only in use inside the sandbox, so it shares the superuser's password. */
  readonly reader: string;
}

const readPassword = (file: string): string => encodeURIComponent(readFileSync(file, "utf8").trimEnd());

/** How each user reaches database `postgres` of a cluster. */
export function clusterUrls(directory: string): ClusterUrls {
  const { port } = readClusterRecord(directory);
  const urlOf = (user: string, passwordFile: string): string =>
    `postgresql://${user}:${readPassword(passwordFile)}@127.0.0.1:${port}/postgres`;
  const adminPassword = postgresPaths(directory).password;
  return {
    project: urlOf(PROJECT_USER, clusterPaths(directory).projectPassword),
    admin: urlOf(CLUSTER_ADMIN, adminPassword),
    reader: urlOf(READER, adminPassword),
  };
}
