import type { Clock } from "../plan/clock.ts";
import type { ProtectionPlan } from "../plan/protection-plan.ts";
import type { ManagementApi } from "../supabase/management-api.ts";
import { openManagementApi } from "../supabase/open-management-api.ts";
import { once } from "./once.ts";
import { resolveSecret } from "./resolve-secret.ts";

/**
 * The Management API of Supabase for who needs it: a drill on a server of one's own does without a token.
 * @returns what gives the API, one for all, or fails with why it cannot be had (SECRET_MISSING, SUPABASE_TOKEN_INVALID)
 */
export const openApi = ({ supabase }: ProtectionPlan, clock: Clock): (() => Promise<ManagementApi>) =>
  once(async () => {
    const token = await resolveSecret(
      supabase.accessToken,
      "the access token of Supabase (https://supabase.com/dashboard/account/tokens)",
    );
    return openManagementApi({ token, endpoint: supabase.endpoint, clock });
  });
