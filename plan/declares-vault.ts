import type { ProtectionPlan } from "./protection-plan.ts";

/**
 * Whether the stack makes bucket and keys. A plan that names a store outside AWS has them there, made by whoever runs
 * that store: versioning, object lock and lifecycle are then theirs to set. With its KMS named too, the two addresses
 * are AWS's under other names, such as endpoints of a VPC.
 */
export function declaresVault({ endpoint, kmsEndpoint }: ProtectionPlan["vault"]): boolean {
  return endpoint === undefined || kmsEndpoint !== undefined;
}
