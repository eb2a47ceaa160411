/** A completed physical backup of a project's cluster. */
export interface BaseBackup {
  /** As `GET …/database/backups` lists it. */
  readonly id: number;
  readonly startedAt: Date;
  /** The earliest moment that can be recovered from it. */
  readonly endedAt: Date;
}

/** First and last second that a rewind can reach. */
export interface RecoverableWindow {
  readonly earliest: Date;
  readonly latest: Date;
}

/** The real PostgreSQL cluster behind a simulated project; database `postgres`, made from the Supabase template. */
export interface ProjectCluster {
  readonly ref: string;
  readonly host: string;
  readonly port: number;
  /** Of the server, e.g. `15.18`. */
  readonly version: string;
  /** For user `postgres`, who owns the project's objects and is no superuser, as at Supabase. */
  url(): string;
  /** For the superuser, `supabase_admin`. */
  adminUrl(): string;
  running(): boolean;
  start(): Promise<void>;
  /** Ends every session, writes everything. */
  stop(): Promise<void>;
  /** SIGKILL, as a crash would. */
  kill(): Promise<void>;
  /** Ends the server and deletes data, archive and backups, for good. */
  remove(): Promise<void>;
  setPassword(password: string): Promise<void>;
  /**
   * Runs SQL as user `postgres` the way `POST …/database/query` does: the rows of the last statement, as JSON values.
   * @throws QueryRefused with PostgreSQL's SQLSTATE and message
   */
  query(sql: string, options?: { parameters?: readonly unknown[]; readOnly?: boolean }): Promise<unknown[]>;
  takeBaseBackup(): Promise<BaseBackup>;
  /** Newest first. */
  listBaseBackups(): Promise<readonly BaseBackup[]>;
  /** Drops backups, and the WAL that only they need, so that nothing before `earliest` can be recovered. */
  expireBackups(earliest: Date): Promise<void>;
  /** What base backups and archived WAL can really bring back now; `undefined` without a backup. */
  recoverableWindow(): Promise<RecoverableWindow | undefined>;
  /**
   * Rewinds the cluster in place to a second: newest base backup before it, WAL of the archive up to it, new timeline,
   * same port and (current) password. @throws when the target is outside the window; the cluster is then as before
   */
  rewind(target: Date, options?: { signal?: AbortSignal }): Promise<void>;
}
