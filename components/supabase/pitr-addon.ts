import * as pulumi from "@pulumi/pulumi";
import type { PitrWindowDays } from "../../plan/schema/supabase.ts";
import { LazyProvider } from "./lazy-provider.ts";

export interface PitrAddonArgs {
  /** The project's reference at Supabase, 20 lower-case letters. Another one makes another resource. */
  readonly ref: pulumi.Input<string>;
  /**
   * How far back, in days: 7, 14 or 28. A larger window fills as time goes by; a smaller one gives up what lies beyond
   * it for good.
   * @see https://supabase.com/docs/guides/platform/manage-your-usage/point-in-time-recovery
   */
  readonly windowDays: pulumi.Input<PitrWindowDays>;
}

const PROVIDER = new LazyProvider("components/supabase/pitr-addon-provider.ts");

/**
 * Point-in-time recovery of a Supabase project, billed from the first hour. Before it is bought, the organization's
 * plan and entitlement and the project's compute (Small or larger) are checked; a refusal names plan and price. It
 * replaces the daily backups. What is on already is adopted.
 *
 * Deleting the resource turns point-in-time recovery off. What becomes of the window that there was is not documented:
 * count on losing it at once. Delete it before compute goes below Small; a dependency on the `ComputeAddon` sees to that.
 */
export class PitrAddon extends pulumi.dynamic.Resource {
  declare readonly ref: pulumi.Output<string>;
  declare readonly windowDays: pulumi.Output<number>;
  /** In US dollars; absent when Supabase does not say. */
  declare readonly priceUsdPerMonth: pulumi.Output<number | undefined>;

  constructor(name: string, args: PitrAddonArgs, opts?: pulumi.CustomResourceOptions) {
    const properties = { ...args, priceUsdPerMonth: undefined, providerRevision: 1 };
    super(PROVIDER, name, properties, opts, "supabase", "PitrAddon");
  }
}
