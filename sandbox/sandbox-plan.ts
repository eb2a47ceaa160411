import { stringify } from "yaml";
import { parsePlan } from "../plan/parse-plan.ts";
import type { VaultState } from "./sandbox-state.ts";
import { SEED_PRODUCTS } from "./seed/fill-project.ts";
import { type ShippedPlan, shippedPlan } from "./shipped-plan.ts";
import { type EscrowFiles, REGION, REPLICA_REGION } from "./vault-resources.ts";

export interface SandboxPlanPlaces extends EscrowFiles {
  /** Address of the AWS APIs. */
  readonly endpoint: string;
  /** Address of the simulated Management API. */
  readonly supabaseEndpoint: string;
  readonly vault: VaultState;
}

/** The environment variable that holds the address of a product's database. */
export const databaseVariable = (product: string): string => `${product.toUpperCase()}_DATABASE_URL`;

const without = (fields: Record<string, unknown>, ...names: string[]): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)));

/**
 * The protection plan of the sandbox: the shipped plan of production, with the sandbox's vault and databases. Left
 * out is what is not on this machine: Supabase Storage, hooks and wiring targets, chat, the migrations' repository.
 */
export function sandboxPlan(plan: ShippedPlan, places: SandboxPlanPlaces): Record<string, unknown> {
  const { bucket, replicaBucket, kms, replicaKms, signing } = places.vault;
  return {
    environment: "sandbox",
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
    ...(plan.job ? { job: plan.job } : {}),
    supabase: { endpoint: places.supabaseEndpoint },
    projects: plan.projects
      .filter(({ name }) => SEED_PRODUCTS.some((product) => product === name))
      .map((project) => ({
        ...without(project, "storage", "storageAccess", "hooks", "wiring"),
        connection: { env: databaseVariable(project.name) },
        ...(project.checks ? { checks: without(project.checks, "migrationsDirectory") } : {}),
      })),
  };
}

/** The sandbox's plan as YAML, checked. */
export async function sandboxPlanText(places: SandboxPlanPlaces): Promise<string> {
  const plan = sandboxPlan(await shippedPlan(), places);
  parsePlan(plan, "the sandbox's plan");
  return `# Written by the sandbox; the next \`up\` writes it again.\n${stringify(plan)}`;
}
