import * as pulumi from "@pulumi/pulumi";
import { LazyProvider } from "./lazy-provider.ts";

export interface SslEnforcementArgs {
  /** The project's reference at Supabase, 20 lower-case letters. Another one makes another resource. */
  readonly ref: pulumi.Input<string>;
  /** Whether the database refuses connections without TLS. A change restarts the database. */
  readonly enforced: pulumi.Input<boolean>;
}

const PROVIDER = new LazyProvider("components/supabase/ssl-enforcement-provider.ts");

/**
 * Whether a project's database insists on TLS. Deleting the resource goes back to Supabase's default, which does not;
 * use `retainOnDelete` to leave a project as safe as it is.
 * @see https://supabase.com/docs/guides/platform/ssl-enforcement
 */
export class SslEnforcement extends pulumi.dynamic.Resource {
  declare readonly ref: pulumi.Output<string>;
  declare readonly enforced: pulumi.Output<boolean>;

  constructor(name: string, args: SslEnforcementArgs, opts?: pulumi.CustomResourceOptions) {
    super(PROVIDER, name, { ...args, providerRevision: 1 }, opts, "supabase", "SslEnforcement");
  }
}
