import type * as pulumi from "@pulumi/pulumi";

/** Where a target's database is; what its URL is made of, but for the password. */
export interface TargetAddress {
  readonly host: pulumi.Output<string>;
  readonly port: pulumi.Output<number>;
  readonly database: pulumi.Output<string>;
  /** The role that restores, and owns the database. */
  readonly user: pulumi.Output<string>;
}

/** What a kind of target is made of. */
export interface DeclaredTarget {
  readonly address: TargetAddress;
  /** When these are there, it can be restored into. */
  readonly resources: readonly pulumi.Resource[];
}
