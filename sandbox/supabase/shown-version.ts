import type { ProjectCluster } from "./project-cluster.ts";

/** What a project without a cluster shows. */
const NO_CLUSTER = "17.6";

/** A version as the platform writes it, e.g. `17.6.1.111`: PostgreSQL's and that of the platform's image. */
export function shownVersion(cluster: ProjectCluster | undefined): { version: string; engine: string } {
  const version = cluster?.version ?? NO_CLUSTER;
  return { version: `${version}.1.100`, engine: version.split(".")[0] ?? version };
}
