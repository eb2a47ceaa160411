export interface PostgresServerOptions {
  /** Holds data, archive, log and password; created when absent. Its parents must be open to the account. */
  readonly directory: string;
  /** Folder of `initdb` and `postgres`. */
  readonly binDirectory: string;
  /** @default the port of the last start, else a free one */
  readonly port?: number;
  /** Name of the superuser that initdb makes. @default "postgres" */
  readonly user?: string;
  /** Copy finished WAL segments to `archiveDirectory`. @default true */
  readonly archive?: boolean;
  /** Whether writes survive a power cut; off makes tests fast. A SIGKILL loses nothing either way. @default false */
  readonly fsync?: boolean;
  /** Serve TLS with a self-signed certificate for localhost and 127.0.0.1; needs openssl. @default false */
  readonly tls?: boolean;
  /** More server settings, e.g. `{ max_connections: "20" }`; they win over ours. */
  readonly settings?: Readonly<Record<string, string>>;
}
