import { join, resolve } from "node:path";

export interface ClusterPaths {
  readonly directory: string;
  /** Written last: a directory without it holds no cluster. */
  readonly record: string;
  readonly lock: string;
  readonly data: string;
  readonly archive: string;
  readonly backups: string;
  /** Password of user `postgres`. */
  readonly projectPassword: string;
  /** A new password that the database may not know yet. */
  readonly nextPassword: string;
  /** Where a rewind recovers, as a server directory of its own. */
  readonly rewind: string;
  /** How far a rewind has come. */
  readonly journal: string;
  /** The data that a rewind replaced, until it is deleted. */
  readonly discarded: string;
}

/** Where the parts of a project's cluster are inside its directory. */
export function clusterPaths(directory: string): ClusterPaths {
  const root = resolve(directory);
  return {
    directory: root,
    record: join(root, "cluster.json"),
    lock: join(root, "lock"),
    data: join(root, "data"),
    archive: join(root, "archive"),
    backups: join(root, "backups"),
    projectPassword: join(root, "project-password"),
    nextPassword: join(root, "project-password.next"),
    rewind: join(root, "rewind"),
    journal: join(root, "rewind.json"),
    discarded: join(root, "data.discarded"),
  };
}
