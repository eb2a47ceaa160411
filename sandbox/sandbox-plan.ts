import { parsePlan } from "../plan/parse-plan.ts";
import { REGION, REPLICA_REGION, VAULT } from "./aws-place.ts";
import type { EscrowFiles } from "./escrow-keys.ts";
import { SEED_PRODUCTS, type SeedProduct } from "./seed/fill-project.ts";
import { TEMPLATE_DATABASE } from "./seed/seed-project.ts";
import { type ShippedPlan, shippedPlan } from "./shipped-plan.ts";
import type { StorageAddress } from "./supabase/storage-address.ts";

export interface SandboxPlanPlaces extends EscrowFiles {
  /** Address of the AWS APIs. */
  readonly endpoint: string;
  /** Address of the simulated Management API. */
  readonly supabaseEndpoint: string;
  /** By product, its Storage. */
  readonly storage: Readonly<Record<SeedProduct, Pick<StorageAddress, "endpoint" | "region">>>;
  /** The folder that holds the state of drills. */
  readonly drillStates: string;
}

/** As the plan names the sandbox. */
export const ENVIRONMENT = "sandbox";

/** The environment variable that holds the address of a product's database. */
export const databaseVariable = (product: string): string => `${product.toUpperCase()}_DATABASE_URL`;

/** The environment variable that holds the login of the server that drills restore into. */
export const DRILL_SERVER_VARIABLE = "DRILL_SERVER_URL";

/** The environment variables that hold the S3 keys of a product's Storage, as the shipped plan names them. */
export const storageVariables = (product: string): { readonly keyId: string; readonly secret: string } => ({
  keyId: `${product.toUpperCase()}_STORAGE_ACCESS_KEY_ID`,
  secret: `${product.toUpperCase()}_STORAGE_SECRET_ACCESS_KEY`,
});

const without = (fields: Record<string, unknown>, ...names: string[]): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)));

/**
 * The protection plan of the sandbox: the shipped plan of production, with the sandbox's vault and databases. Left
 * out is what is not on this machine: hooks and wiring targets, chat, the migrations' repository. Checked.
 */
export async function sandboxPlan(places: SandboxPlanPlaces): Promise<Record<string, unknown>> {
  const plan = written(await shippedPlan(), places);
  parsePlan(plan, "the sandbox's plan");
  return plan;
}

function written(plan: ShippedPlan, places: SandboxPlanPlaces): Record<string, unknown> {
  const { bucket, replicaBucket, kms, replicaKms, signing } = VAULT;
  return {
    environment: ENVIRONMENT,
    vault: {
      bucket,
      region: REGION,
      replicaRegion: REPLICA_REGION,
      replicaBucket,
      endpoint: places.endpoint,
      kmsEndpoint: places.endpoint,
      ...(plan.vault.lock ? { lock: plan.vault.lock } : {}),
      keys: {
        kms,
        replicaKms,
        escrowPublicKey: { file: places.escrowPublicKeyFile },
        signing: { kms: signing },
      },
      ...(plan.vault.budget ? { budget: plan.vault.budget } : {}),
    },
    ...(plan.alerts ? { alerts: without(plan.alerts, "chatWebhook") } : {}),
    ...(plan.job ? { job: without(plan.job, "concurrency") } : {}),
    supabase: { endpoint: places.supabaseEndpoint },
    drills: {
      target: { kind: "server", connection: { env: DRILL_SERVER_VARIABLE }, template: TEMPLATE_DATABASE },
      backend: `file://${places.drillStates}`,
    },
    projects: plan.projects
      .filter(({ name }) => SEED_PRODUCTS.some((product) => product === name))
      .map((project) => ({
        ...without(project, "hooks", "wiring"),
        connection: { env: databaseVariable(project.name) },
        ...(project.storageAccess ? storagePlace(project, places) : {}),
        ...(project.checks ? { checks: without(project.checks, "migrationsDirectory") } : {}),
      })),
  };
}

/** Where a project's Storage is: its requests are signed for the region that Supabase runs the project in. */
function storagePlace(
  { name, storageAccess }: ShippedPlan["projects"][number],
  { storage }: SandboxPlanPlaces,
) {
  const product = SEED_PRODUCTS.find((one) => one === name);
  if (product === undefined) return {};
  const { endpoint, region } = storage[product];
  return { region, storageAccess: { ...storageAccess, endpoint } };
}
