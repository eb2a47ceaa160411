import * as pulumi from "@pulumi/pulumi";
import { LazyProvider } from "./lazy-provider.ts";

export interface NetworkRestrictionsArgs {
  /** The project's reference at Supabase, 20 lower-case letters. Another one makes another resource. */
  readonly ref: pulumi.Input<string>;
  /** IPv4 ranges that may connect, such as `203.0.113.0/24`; none: no IPv4. Their order does not matter. @default [] */
  readonly allowedCidrs?: pulumi.Input<pulumi.Input<string>[]>;
  /** IPv6 ranges that may connect, such as `2001:db8::/32`; none: no IPv6. One range at least in both. @default [] */
  readonly allowedCidrsV6?: pulumi.Input<pulumi.Input<string>[]>;
}

const PROVIDER = new LazyProvider("components/supabase/network-restrictions-provider.ts");

/**
 * From where a project's database may be connected to; REST, Auth and Storage are not restricted by it. Deleting the
 * resource goes back to Supabase's default: from everywhere. Use `retainOnDelete` to leave a project as closed as it is.
 * @see https://supabase.com/docs/guides/platform/network-restrictions
 */
export class NetworkRestrictions extends pulumi.dynamic.Resource {
  declare readonly ref: pulumi.Output<string>;
  declare readonly allowedCidrs: pulumi.Output<string[]>;
  declare readonly allowedCidrsV6: pulumi.Output<string[]>;

  constructor(name: string, args: NetworkRestrictionsArgs, opts?: pulumi.CustomResourceOptions) {
    const properties = { allowedCidrs: [], allowedCidrsV6: [], ...args, providerRevision: 1 };
    super(PROVIDER, name, properties, opts, "supabase", "NetworkRestrictions");
  }
}
