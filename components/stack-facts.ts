import type { Output } from "@pulumi/pulumi";

/** What every component needs to know of the account that the stack is in; found out once. */
export interface StackFacts {
  /** Twelve digits. */
  readonly accountId: Output<string>;
  /** `aws`, or that of a sovereign cloud. */
  readonly partition: Output<string>;
  /** Where everything is that names no region of its own. */
  readonly region: string;
  /** On every resource that can carry tags: `holdfast:environment`. */
  readonly tags: Readonly<Record<string, string>>;
}
