import type { PolicyResourceOptions, ResourceValidationPolicy } from "@pulumi/policy";

/** A resource as a rule sees it. In a preview, reading a property that is not known yet ends the rule for it. */
export interface JudgedResource {
  readonly type: string;
  readonly name: string;
  // biome-ignore lint/suspicious/noExplicitAny: inputs of any type of resource; each rule knows its own
  readonly props: Record<string, any>;
  readonly opts: Pick<PolicyResourceOptions, "protect">;
}

/**
 * A mandatory policy over resources of some types.
 * @param name as reports name it
 * @param description what must be so, and why
 * @param types type tokens; of every type when absent
 * @param judge says what is wrong and how to mend it, never with a value in it: policies see secrets in clear
 */
export function rule(
  name: string,
  description: string,
  types: readonly string[] | undefined,
  judge: (resource: JudgedResource) => readonly string[],
): ResourceValidationPolicy {
  return {
    name,
    description,
    enforcementLevel: "mandatory",
    validateResource: (resource, report) => {
      if (types && !types.includes(resource.type)) return;
      for (const problem of judge(resource)) report(problem);
    },
  };
}

/** The texts whose condition does not hold. */
export function unless(...conditions: readonly (readonly [holds: boolean, problem: string])[]): string[] {
  return conditions.filter(([holds]) => !holds).map(([, problem]) => problem);
}
