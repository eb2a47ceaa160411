import { mkdirSync, rmSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { stringify } from "yaml";
import { CREDENTIALS, REGION, REPLICA_REGION, VAULT } from "./aws-place.ts";
import { type EscrowFiles, ensureEscrowKeys } from "./escrow-keys.ts";
import { exclusive } from "./exclusive.ts";
import { replaceFile } from "./replace-file.ts";
import type { Sandbox } from "./sandbox.ts";
import { type SandboxPaths, sandboxPaths } from "./sandbox-paths.ts";
import { DRILL_SERVER_VARIABLE, databaseVariable, sandboxPlan, storageVariables } from "./sandbox-plan.ts";
import { ensureSeeds, makeEmptyProject, type SeedRequest } from "./seed/ensure-seeds.ts";
import { SEED_PRODUCTS, type SeedProduct } from "./seed/fill-project.ts";
import type { SampleProject } from "./seed/sample-project.ts";
import { PROJECT_USER, projectUrl, seedEmptyProject, seedTemplate } from "./seed/seed-project.ts";
import {
  type MinistackServer,
  openMinistackServer,
  startMinistackServer,
} from "./servers/ministack-server.ts";
import { openPostgresServer, type PostgresServer, startPostgresServer } from "./servers/postgres-server.ts";
import { openSupabaseServer, type SupabaseServer, startSupabaseServer } from "./servers/supabase-server.ts";
import { ensureStack } from "./stack/ensure-stack.ts";
import { isVaultLost } from "./stack/is-vault-lost.ts";
import { openSandboxStack, type SandboxStackPlace } from "./stack/open-sandbox-stack.ts";
import { stackPassphrase } from "./stack/stack-passphrase.ts";
import { findOrInstallPostgres } from "./tools/find-or-install-postgres.ts";
import { installMinistack } from "./tools/install-ministack.ts";

export interface SandboxUpOptions extends SeedRequest {
  /** @default `.holdfast/sandbox` of the project */
  readonly directory?: string;
  /** Whether the stack is applied, which makes the vault. @default true */
  readonly apply?: boolean;
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
  readonly escrow: EscrowFiles;
  readonly projects: Readonly<Record<SeedProduct, SampleProject>>;
  readonly plan: unknown;
}

/** With the engine for one machine as `pulumi`, and the Node that runs this. */
const programsPath = (): string =>
  [join(import.meta.dirname, "bin"), dirname(process.execPath), process.env.PATH ?? ""].join(delimiter);

/** What the plan's references of a product stand for. */
function secretsOf(product: SeedProduct, { url, storage }: SampleProject): Record<string, string> {
  const { keyId, secret } = storageVariables(product);
  return {
    [databaseVariable(product)]: url,
    [keyId]: storage.accessKeyId,
    [secret]: storage.secretAccessKey,
  };
}

function describe(
  paths: SandboxPaths,
  servers: Servers,
  { escrow, projects, plan }: SandboxContents,
): Sandbox {
  const { postgres, supabase, aws } = servers;
  const url = (database: string): string => projectUrl(postgres, database);
  const environment = {
    AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
    AWS_REGION: REGION,
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_ENDPOINT_URL: aws.endpoint,
    HOLDFAST_PG_BIN: postgres.binDirectory,
    SUPABASE_ACCESS_TOKEN: supabase.token,
    [DRILL_SERVER_VARIABLE]: url("postgres"),
    PULUMI_CONFIG_PASSPHRASE: stackPassphrase(paths.drills),
    PATH: programsPath(),
    ...Object.assign({}, ...SEED_PRODUCTS.map((product) => secretsOf(product, projects[product]))),
  };
  const { bucket, replicaBucket, ...keys } = VAULT;
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
    keys: { ...keys, ...escrow },
    planFile: paths.planFile,
    environmentFile: paths.environmentFile,
    environment,
    openStack: () => openSandboxStack(stackPlace(paths, servers, plan, environment)),
    createEmptyDatabase: async (database) => {
      await seedEmptyProject(postgres, database);
      return url(database);
    },
    createEmptyProject: (ref, name) => makeEmptyProject(supabase, ref, name),
  };
}

function stackPlace(
  { stack: directory }: SandboxPaths,
  { aws: { endpoint: awsEndpoint } }: Servers,
  plan: unknown,
  environment: Readonly<Record<string, string>>,
): SandboxStackPlace {
  return { directory, plan, awsEndpoint, environment };
}

/** A vault whose keys are lost is removed with its stack: both are made anew. */
async function forgetLostVault(
  paths: SandboxPaths,
  { aws }: Servers,
  say: (text: string) => void,
): Promise<void> {
  if (!(await isVaultLost(paths.stack, aws.endpoint))) return;
  say("ministack was killed and its keys are lost with it: the vault is made anew, and empty");
  await aws.stop();
  rmSync(join(paths.aws, "state"), { recursive: true, force: true });
  rmSync(paths.stack, { recursive: true, force: true });
  await aws.start();
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
    const escrowKeys = ensureEscrowKeys(paths.keys);
    const servers = await startServers(paths, say);
    await forgetLostVault(paths, servers, say);
    const escrow = await escrowKeys;
    const [projects] = await Promise.all([
      ensureSeeds(servers.supabase, paths, options, say),
      seedTemplate(servers.postgres),
    ]);
    const plan = await sandboxPlan({
      endpoint: servers.aws.endpoint,
      supabaseEndpoint: servers.supabase.endpoint,
      storage: { ordak: projects.ordak.storage, coppercore: projects.coppercore.storage },
      drillStates: paths.drills,
      ...escrow,
    });
    const sandbox = describe(paths, servers, { escrow, projects, plan });
    replaceFile(
      paths.planFile,
      `# Written by the sandbox; the next \`up\` writes it again.\n${stringify(plan)}`,
    );
    const lines = Object.entries(sandbox.environment).map(([name, value]) => `${name}=${value}\n`);
    replaceFile(paths.environmentFile, lines.join(""), 0o600);
    if (options.apply ?? true) await ensureStack(stackPlace(paths, servers, plan, sandbox.environment), say);
    return sandbox;
  });
}
