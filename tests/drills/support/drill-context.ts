import type { DrillContext, DrillPhase } from "../../../drills/drill-context.ts";
import type { DrillStack } from "../../../drills/stack/drill-stack.ts";
import type { ReachedSupabase } from "../../../drills/stack/reach-supabase-target.ts";
import { parsePlan } from "../../../plan/parse-plan.ts";
import type { ProjectPlan } from "../../../plan/protection-plan.ts";
import type { DatabaseAddress } from "../../../postgres/database-address.ts";
import { parseDatabaseUrl } from "../../../postgres/database-url.ts";
import type { ManagementApi } from "../../../supabase/management-api.ts";
import { openManagementApi } from "../../../supabase/open-management-api.ts";
import type { Manifest } from "../../../vault/manifest.ts";
import type { Vault } from "../../../vault/vault.ts";
import type { TestSupabase } from "../../support/supabase.ts";

export interface ContextRequest {
  readonly vault: Vault;
  readonly project: ProjectPlan;
  readonly manifest: Manifest;
  /** URL or address of the empty database. */
  readonly target: string | DatabaseAddress;
  readonly supabase?: ReachedSupabase;
  readonly api?: ManagementApi;
  /** Done when a phase begins, e.g. a fault put into what was restored. */
  readonly onPhase?: (name: DrillPhase) => Promise<void>;
}

/** A drill's context on a target that stands, and what it said. */
export function drillContext(request: ContextRequest): DrillContext & { readonly said: readonly string[] } {
  const { vault, project, manifest, target, supabase, api, onPhase } = request;
  const said: string[] = [];
  const stack: DrillStack = {
    name: "drill-test",
    target: {
      kind: supabase ? "supabase" : "server",
      address: typeof target === "string" ? parseDatabaseUrl(target) : target,
      inWords: supabase ? `Supabase project ${supabase.ref}` : "a database of the test's server",
      ...(supabase && { supabase }),
    },
    destroy: async () => undefined,
  };
  return {
    ...{ plan: planOf(project), project, vault, manifest, stack, said },
    api: async () => {
      if (api === undefined) throw new Error("the test has no Management API");
      return api;
    },
    clock: () => new Date(),
    workers: 2,
    progress: () => undefined,
    say: (text) => said.push(text),
    async phase(name, work) {
      await onPhase?.(name);
      return await work();
    },
  };
}

function planOf(project: ProjectPlan): DrillContext["plan"] {
  const plan = parsePlan(
    {
      environment: "test",
      vault: {
        ...{
          bucket: "test-vault",
          region: "eu-west-2",
          endpoint: "http://127.0.0.1:9",
          lock: { mode: "none" },
        },
        keys: { escrowPublicKey: { file: "/nonexistent/escrow.pem" } },
      },
      projects: [{ name: "shop", kind: "postgres", connection: { env: "SHOP_URL" } }],
    },
    "the test's plan",
  );
  return { ...plan, projects: [project] };
}

export const apiOf = ({ endpoint, token }: TestSupabase): ManagementApi =>
  openManagementApi({ endpoint, token, clock: () => new Date() });
