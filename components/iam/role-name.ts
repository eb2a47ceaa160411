import * as pulumi from "@pulumi/pulumi";
import type { StackFacts } from "../stack-facts.ts";

/** Who does what; each role of a stack is one of these. */
export const ROLE_KINDS = [
  "writer",
  "syncer",
  "restorer",
  "auditor",
  "sweeper",
  "watcher",
  "driller",
  "break-glass",
  "replicator",
  "forwarder",
  "scheduler",
  "execution",
] as const;
export type RoleKind = (typeof ROLE_KINDS)[number];

/** `holdfast-<environment>-<kind>`: fixed, so that a key's or bucket's policy can name a role before it exists. */
export function roleName(environment: string, kind: RoleKind): string {
  return `holdfast-${environment}-${kind}`;
}

/** The ARN that the role of that name has or will have. */
export function roleArn(facts: StackFacts, environment: string, kind: RoleKind): pulumi.Output<string> {
  return pulumi.interpolate`arn:${facts.partition}:iam::${facts.accountId}:role/${roleName(environment, kind)}`;
}
