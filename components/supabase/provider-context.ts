import { resolveSecret } from "../../jobs/resolve-secret.ts";
import type { Clock } from "../../plan/clock.ts";
import { parsePlan } from "../../plan/parse-plan.ts";
import { SupabaseAccess } from "../../plan/schema/supabase.ts";
import type { ManagementApi } from "../../supabase/management-api.ts";
import { openManagementApi } from "../../supabase/open-management-api.ts";
import { type Sleep, sleep } from "../../supabase/sleep.ts";

/** What the work on a resource needs. */
export interface ProviderContext {
  readonly api: ManagementApi;
  readonly clock: Clock;
  readonly sleep: Sleep;
}

/** All resources of one process share its doors: the limits of the API count per account, not per resource. */
const opened = new Map<string, ManagementApi>();

/**
 * Opens the Management API as the stack is configured: the token is the configuration's secret `supabaseAccessToken`,
 * else what `supabase.accessToken` of the plan refers to, else SUPABASE_ACCESS_TOKEN; the endpoint is `supabaseEndpoint`,
 * else the plan's: the stack of a drill has no plan. The token is read when it is first needed, so that a preview does without.
 *
 * @param readConfig a value of the stack's configuration by its name, decrypted
 * @throws HoldfastError SECRET_MISSING, PLAN_INVALID, SUPABASE_TOKEN_INVALID, SUPABASE_ENDPOINT_INVALID
 */
export async function openProviderContext(
  readConfig: (name: string) => string | undefined,
): Promise<ProviderContext> {
  const { accessToken, ...declared } = access(readConfig("plan"));
  const endpoint = readConfig("supabaseEndpoint") ?? declared.endpoint;
  const token =
    readConfig("supabaseAccessToken") ??
    (await resolveSecret(
      accessToken,
      "the access token of Supabase (https://supabase.com/dashboard/account/tokens)",
    ));
  const clock = () => new Date();
  const door = `${endpoint} ${token}`;
  const api = opened.get(door) ?? openManagementApi({ token, endpoint, clock });
  opened.set(door, api);
  return { api, clock, sleep };
}

function access(plan: string | undefined): SupabaseAccess {
  if (plan === undefined) return SupabaseAccess.parse({});
  return parsePlan(JSON.parse(plan), "holdfast:plan").supabase;
}
