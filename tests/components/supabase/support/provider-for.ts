import { type DynamicProvider, startDynamicProvider } from "../../../support/dynamic-provider.ts";

/** A place where the Management API is simulated or scripted. */
interface Place {
  readonly endpoint: string;
  readonly token: string;
}

/** The stack's configuration with the least plan that says where the API is and in which variable its token. */
export function stackConfig(endpoint: string): Record<string, string> {
  const plan = {
    environment: "test",
    vault: {
      bucket: "holdfast-test",
      region: "eu-central-1",
      lock: { mode: "none" },
      keys: { escrowPublicKey: { file: "escrow.pem" } },
    },
    supabase: { endpoint, accessToken: { env: "HOLDFAST_TEST_SUPABASE_TOKEN" } },
    projects: [{ name: "shop", kind: "postgres", connection: { env: "SHOP_DATABASE_URL" } }],
  };
  return { "holdfast:plan": JSON.stringify(plan) };
}

/** The SDK's process for dynamic resources, configured as a stack that speaks to this API. */
export function providerFor({ endpoint, token }: Place): Promise<DynamicProvider> {
  return startDynamicProvider({
    config: stackConfig(endpoint),
    environment: { HOLDFAST_TEST_SUPABASE_TOKEN: token },
  });
}
