import { mkdirSync } from "node:fs";
import { exclusive } from "./exclusive.ts";
import type { Sandbox } from "./sandbox.ts";
import { databaseVariable, sandboxPlanText } from "./sandbox-plan.ts";
import { replaceFile, type SandboxPaths, sandboxPaths, type VaultState } from "./sandbox-state.ts";
import { ensureSeeds, type SampleProject, type SeedRequest } from "./seed/ensure-seeds.ts";
import { SEED_PRODUCTS, type SeedProduct } from "./seed/fill-project.ts";
import { PROJECT_USER, projectUrl, seedEmptyProject, seedTemplate } from "./seed/seed-project.ts";
import {
  type MinistackServer,
  openMinistackServer,
  startMinistackServer,
} from "./servers/ministack-server.ts";
import { openPostgresServer, type PostgresServer, startPostgresServer } from "./servers/postgres-server.ts";
import { openSupabaseServer, type SupabaseServer, startSupabaseServer } from "./servers/supabase-server.ts";
import { findOrInstallPostgres } from "./tools/find-or-install-postgres.ts";
import { installMinistack } from "./tools/install-ministack.ts";
import {
  CREDENTIALS,
  type EscrowFiles,
  ensureEscrowKeys,
  ensureVault,
  REGION,
  REPLICA_REGION,
} from "./vault-resources.ts";

export interface SandboxUpOptions extends SeedRequest {
  /** @default `.holdfast/sandbox` of the project */
  readonly directory?: string;
  /** Told in words what is being done, one line a step. */
  readonly onStep?: (text: string) => void;
}

interface Servers {
  readonly postgres: PostgresServer;
  readonly supabase: SupabaseServer;
  readonly aws: MinistackServer;
}

async function startServers(paths: SandboxPaths, say: (text: string) => void): Promise<Servers> {
  say("Looking for PostgreSQL and ministack; what is missing is installed into .holdfast/cache");
  const [tools, program] = await Promise.all([findOrInstallPostgres(), installMinistack()]);
  const known = [
    openPostgresServer(paths.postgres),
    openMinistackServer(paths.aws),
    openSupabaseServer(paths.supabase),
  ];
  if (!known.every((server) => server?.running()))
    say(`Starting PostgreSQL ${tools.version}, the simulated Supabase and ministack`);
  const [postgres, supabase, aws] = await Promise.all([
    startPostgresServer({
      directory: paths.postgres,
      binDirectory: tools.binDirectory,
      user: "supabase_admin",
      // Durations that are shown to a person should be those of a durable server.
      fsync: true,
      settings: { shared_buffers: "256MB" },
    }),
    startSupabaseServer({ directory: paths.supabase, binDirectory: tools.binDirectory }),
    startMinistackServer({ directory: paths.aws, program, persist: true }),
  ]);
  return { postgres, supabase, aws };
}

interface SandboxContents {
  readonly vault: VaultState;
  readonly escrow: EscrowFiles;
  readonly projects: Readonly<Record<SeedProduct, SampleProject>>;
}

function describe(
  paths: SandboxPaths,
  { postgres, supabase, aws }: Servers,
  { vault, escrow, projects }: SandboxContents,
): Sandbox {
  const url = (database: string): string => projectUrl(postgres, database);
  const environment = {
    AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
    AWS_REGION: REGION,
    AWS_EC2_METADATA_DISABLED: "true",
    HOLDFAST_PG_BIN: postgres.binDirectory,
    SUPABASE_ACCESS_TOKEN: supabase.token,
    ...Object.fromEntries(SEED_PRODUCTS.map((product) => [databaseVariable(product), projects[product].url])),
  };
  const { bucket, replicaBucket, kms, replicaKms, signing } = vault;
  const { host, port, password, binDirectory, major } = postgres;
  return {
    directory: paths.directory,
    supabase: { endpoint: supabase.endpoint, token: supabase.token, projects, server: supabase },
    postgres: {
      host,
      port,
      user: PROJECT_USER,
      password,
      binDirectory,
      major,
      url,
      adminUrl: postgres.url,
      server: postgres,
    },
    aws: { endpoint: aws.endpoint, region: REGION, replicaRegion: REPLICA_REGION, ...CREDENTIALS },
    bucket,
    replicaBucket,
    keys: { kms, replicaKms, signing, ...escrow },
    planFile: paths.planFile,
    environmentFile: paths.environmentFile,
    environment,
    createEmptyProject: async (database) => {
      await seedEmptyProject(postgres, database);
      return url(database);
    },
  };
}

/**
 * Starts the sandbox: a simulated Supabase with the sample products, the AWS APIs with a vault, a plan for both, and a
 * PostgreSQL to restore into. What runs
 * already is kept as it is, what crashed recovers, what is missing is made; so it can be called at any time.
 * The servers outlive this process until `sandboxDown`.
 * Errors: those of `findOrInstallPostgres`, `installMinistack`, `startPostgresServer`, `startSupabaseServer`,
 * `startMinistackServer`;
 * `SANDBOX_BUSY`.
 */
export async function sandboxUp(options: SandboxUpOptions = {}): Promise<Sandbox> {
  const say = options.onStep ?? (() => undefined);
  const paths = sandboxPaths(options.directory);
  mkdirSync(paths.directory, { recursive: true });
  return exclusive(paths.lock, async () => {
    const escrowKeys = ensureEscrowKeys(paths);
    const servers = await startServers(paths, say);
    const escrow = await escrowKeys;
    const lost = (): void =>
      say("ministack was killed and its keys are lost with it: the vault is made anew, and empty");
    const vault = await ensureVault(paths, servers.aws.endpoint, lost);
    const [projects] = await Promise.all([
      ensureSeeds(servers.supabase, paths, options, say),
      seedTemplate(servers.postgres),
    ]);
    const sandbox = describe(paths, servers, { vault, escrow, projects });
    const [endpoint, supabaseEndpoint] = [servers.aws.endpoint, servers.supabase.endpoint];
    replaceFile(paths.planFile, await sandboxPlanText({ endpoint, supabaseEndpoint, vault, ...escrow }));
    const lines = Object.entries(sandbox.environment).map(([name, value]) => `${name}=${value}\n`);
    replaceFile(paths.environmentFile, lines.join(""), 0o600);
    return sandbox;
  });
}
