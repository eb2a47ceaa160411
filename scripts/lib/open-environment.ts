import { resolveSecret } from "../../jobs/resolve-secret.ts";
import type { Clock } from "../../plan/clock.ts";
import type { ProtectionPlan } from "../../plan/protection-plan.ts";
import { openVault } from "../../vault/open-vault.ts";
import type { Vault } from "../../vault/vault.ts";
import { type LoadPlanRequest, loadPlan } from "./load-plan.ts";

/** What commands that look at a whole environment work with. */
export interface OpenedEnvironment {
  readonly plan: ProtectionPlan;
  readonly vault: Vault;
  /** The URL of the chat; undefined when the plan names none. */
  readonly chatUrl: () => Promise<string | undefined>;
}

/**
 * Opens the plan of an environment and its vault, to read it and to append evidence.
 * @throws HoldfastError of the plan, and those of the vault
 */
export async function openEnvironment(request: LoadPlanRequest, clock: Clock): Promise<OpenedEnvironment> {
  const plan = await loadPlan(request);
  const vault = await openVault(
    { ...plan.vault, environment: plan.environment },
    { clock, purpose: "read", readSecret: resolveSecret },
  );
  const { chatWebhook } = plan.alerts;
  return {
    plan,
    vault,
    chatUrl: async () =>
      chatWebhook === undefined ? undefined : await resolveSecret(chatWebhook, "the chat webhook's URL"),
  };
}
