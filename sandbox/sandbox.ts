import type { SeedProduct } from "./seed/fill-project.ts";
import type { SampleProject } from "./seed/sample-project.ts";
import type { PostgresServer } from "./servers/postgres-server.ts";
import type { SupabaseServer } from "./servers/supabase-server.ts";
import type { SandboxStack } from "./stack/open-sandbox-stack.ts";

/** A running sandbox: what a job needs to work on it. */
export interface Sandbox {
  readonly directory: string;
  /** The simulated Supabase: its Management API, and the sample products as its projects. */
  readonly supabase: {
    readonly endpoint: string;
    /** A personal access token. */
    readonly token: string;
    readonly projects: Readonly<Record<SeedProduct, SampleProject>>;
    readonly server: SupabaseServer;
  };
  /** A server for databases to restore into. */
  readonly postgres: {
    readonly host: string;
    readonly port: number;
    /** `postgres`, who owns the projects and is no superuser, as at Supabase. */
    readonly user: string;
    readonly password: string;
    readonly binDirectory: string;
    readonly major: number;
    /** Address of a database for `user`. */
    url(database: string): string;
    /** Address of a database for the server's superuser, `supabase_admin`. */
    adminUrl(database: string): string;
    readonly server: PostgresServer;
  };
  readonly aws: {
    readonly endpoint: string;
    readonly region: string;
    readonly replicaRegion: string;
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
  };
  readonly bucket: string;
  readonly replicaBucket: string;
  readonly keys: {
    readonly kms: string;
    readonly replicaKms: string;
    readonly signing: string;
    readonly escrowPublicKeyFile: string;
    readonly escrowPrivateKeyFile: string;
  };
  /** Protection plan of the sample products, for `--plan`. */
  readonly planFile: string;
  /** The variables below as a file for `node --env-file`. */
  readonly environmentFile: string;
  /** What the plan's references and the clients of AWS read: credentials, database addresses, PostgreSQL's folder. */
  readonly environment: Readonly<Record<string, string>>;
  /** The stack that has been applied to it. */
  openStack(): Promise<SandboxStack>;
  /** Makes an empty database shaped as Supabase's, in place of one of that name, and returns its address for `user`. */
  createEmptyDatabase(database: string): Promise<string>;
  /** Makes a project without data at the simulated Supabase. @param ref 20 lower-case letters, not in use */
  createEmptyProject(ref: string, name: string): Promise<SampleProject>;
}
