import type { PolicyResource, StackValidationPolicy } from "@pulumi/policy";

export interface StackResource {
  readonly type: string;
  readonly props: object;
  readonly propertyDependencies?: object;
}

/** What a rule says of a stack, each report behind its resource's URN: `urn:r0` of the first, and so on. */
export async function judgeStack(
  policy: StackValidationPolicy,
  resources: readonly StackResource[],
): Promise<string[]> {
  const reports: string[] = [];
  const named = resources.map((resource, at) => ({
    propertyDependencies: {},
    ...resource,
    name: `r${at}`,
    urn: `urn:r${at}`,
  }));
  // The rules read no more of a stack than this.
  const args = { resources: named as unknown as PolicyResource[] } as Parameters<
    typeof policy.validateStack
  >[0];
  await policy.validateStack(args, (message, urn) => reports.push(`${urn} ${message}`));
  return reports;
}
