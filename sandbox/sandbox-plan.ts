import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseDocument, stringify } from "yaml";
import { z } from "zod";
import { parsePlan } from "../plan/parse-plan.ts";
import type { VaultState } from "./sandbox-state.ts";
import { SEED_PRODUCTS } from "./seed/seed-project.ts";
import { type EscrowFiles, REGION, REPLICA_REGION } from "./vault-resources.ts";

/** The plan of the two sample products as shipped; the sandbox changes where things are, not what is asked of them. */
const SHIPPED_FILE = join(import.meta.dirname, "../Pulumi.prod.yaml");

const section = z.record(z.string(), z.unknown());
const shippedShape = z.object({
  vault: section,
  alerts: section.optional(),
  job: section.optional(),
  projects: z.array(z.looseObject({ name: z.string(), checks: section.optional() })),
});

export interface SandboxPlanPlaces extends EscrowFiles {
  /** Address of the AWS APIs. */
  readonly endpoint: string;
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
export function sandboxPlan(shipped: unknown, places: SandboxPlanPlaces): Record<string, unknown> {
  const plan = shippedShape.parse(shipped);
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
  const stack: unknown = parseDocument(await readFile(SHIPPED_FILE, "utf8")).toJS();
  const { config } = z.object({ config: z.object({ "holdfast:plan": z.unknown() }) }).parse(stack);
  const plan = sandboxPlan(config["holdfast:plan"], places);
  parsePlan(plan, "the sandbox's plan");
  return `# Written by the sandbox; the next \`up\` writes it again.\n${stringify(plan)}`;
}
