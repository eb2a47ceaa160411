import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { resolveSecret } from "../../jobs/resolve-secret.ts";
import type { ProtectionPlan } from "../../plan/protection-plan.ts";
import type { DrillTarget } from "../../plan/schema/drill-target.ts";

/**
 * Gives a drill's stack what providers read of its configuration: needed to make it, and to destroy it.
 * @throws HoldfastError SECRET_MISSING (exit 2)
 */
export async function configureDrill(
  stack: Stack,
  { supabase }: ProtectionPlan,
  { kind }: Pick<DrillTarget, "kind">,
): Promise<void> {
  if (kind !== "supabase") return;
  const token = await resolveSecret(
    supabase.accessToken,
    "the access token of Supabase (https://supabase.com/dashboard/account/tokens)",
  );
  // Configuration goes to Pulumi as arguments, which everybody on this machine can read.
  const { workspace } = stack;
  workspace.envVars = { ...workspace.envVars, SUPABASE_ACCESS_TOKEN: token };
  await stack.setAllConfig({ supabaseEndpoint: { value: supabase.endpoint } });
}
