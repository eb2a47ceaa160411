import * as pulumi from "@pulumi/pulumi";
import type { ComputeSize } from "../../plan/schema/supabase.ts";
import { LazyProvider } from "./lazy-provider.ts";

export interface ComputeAddonArgs {
  /** The project's reference at Supabase, 20 lower-case letters. Another one makes another resource. */
  readonly ref: pulumi.Input<string>;
  /**
   * From `micro` up; `nano` cannot be bought. Point-in-time recovery needs `small` or larger. A change restarts the
   * database and takes about two minutes.
   * @see https://supabase.com/docs/guides/platform/compute-and-disk
   */
  readonly size: pulumi.Input<Exclude<ComputeSize, "nano">>;
}

const PROVIDER = new LazyProvider("components/supabase/compute-addon-provider.ts");

/**
 * The compute size of a Supabase project. What the project has already is adopted. Deleting the resource takes the
 * project back to the smallest size. While point-in-time recovery is on, that and every size below Small are refused:
 * let the `PitrAddon` depend on this resource, so that the engine sets compute first and removes it last.
 */
export class ComputeAddon extends pulumi.dynamic.Resource {
  declare readonly ref: pulumi.Output<string>;
  declare readonly size: pulumi.Output<string>;
  /** In US dollars; absent when Supabase does not say. */
  declare readonly priceUsdPerMonth: pulumi.Output<number | undefined>;

  constructor(name: string, args: ComputeAddonArgs, opts?: pulumi.CustomResourceOptions) {
    const properties = { ...args, priceUsdPerMonth: undefined, providerRevision: 1 };
    super(PROVIDER, name, properties, opts, "supabase", "ComputeAddon");
  }
}
