import { DEFAULT_ORGANIZATIONS } from "../../../../sandbox/supabase/state/organization.ts";
import type { ManagementApi } from "../../../../supabase/management-api.ts";
import { openManagementApi } from "../../../../supabase/open-management-api.ts";
import type { DynamicProvider } from "../../../support/dynamic-provider.ts";
import { createSupabase, type TestSupabase } from "../../../support/supabase.ts";
import { providerFor } from "./provider-for.ts";

/** A simulated Supabase, the process that manages resources of it, and a door for whoever changes things behind its back. */
export interface Simulated {
  readonly supabase: TestSupabase;
  readonly provider: DynamicProvider;
  readonly api: ManagementApi;
  /** Every request so far that would have changed something of a project: `PATCH /billing/addons`. */
  changes(ref: string): string[];
}

/** An organization that may have the shortest window alone. */
export const LIMITED_ORGANIZATION = "holdfast-limited";

let shared: Promise<TestSupabase> | undefined;

/** Transitions take a moment, and add-ons may be changed one after the other. */
function supabaseOfThisRun(): Promise<TestSupabase> {
  shared ??= createSupabase({
    timing: { addonCooldownSeconds: 0, resizeSeconds: 0.3, createSeconds: 0.3, healthLagSeconds: 0 },
    newProjectsDatabase: "none",
    // All files of a run share the organizations; the limits have their own tests.
    limitPerMinute: 1_000,
    organizations: [
      ...DEFAULT_ORGANIZATIONS,
      {
        slug: LIMITED_ORGANIZATION,
        id: LIMITED_ORGANIZATION,
        name: "Holdfast Limited",
        plan: "pro",
        pitrVariants: ["pitr_7"],
      },
    ],
  });
  return shared;
}

/** Everything a test of a resource needs; close the provider afterwards. The simulator is the run's. */
export async function simulated(): Promise<Simulated> {
  const supabase = await supabaseOfThisRun();
  const { endpoint, token } = supabase;
  return {
    supabase,
    provider: await providerFor(supabase),
    api: openManagementApi({ endpoint, token, clock: () => new Date() }),
    changes: (ref) =>
      supabase
        .requests()
        .filter(
          ({ method, path }) => method !== "GET" && path.includes(ref) && !path.endsWith("/database/query"),
        )
        .map(({ method, path }) => `${method} ${path.replace(`/v1/projects/${ref}`, "")}`),
  };
}
