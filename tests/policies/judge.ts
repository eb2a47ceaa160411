import type { ResourceValidationPolicy } from "@pulumi/policy";

export interface Declared {
  readonly type: string;
  readonly props: Readonly<Record<string, unknown>>;
  readonly protect?: boolean;
}

/** What a rule says of a resource. */
export async function judge(policy: ResourceValidationPolicy, declared: Declared): Promise<string[]> {
  const reports: string[] = [];
  const validations = [policy.validateResource ?? []].flat();
  const judged = {
    ...declared,
    name: "it",
    urn: "urn:pulumi:prod::holdfast::it",
    opts: { protect: declared.protect ?? false },
  };
  // The rule reads no more of a resource than this.
  for (const validation of validations)
    await validation(judged as unknown as Parameters<typeof validation>[0], (message) => {
      reports.push(message);
    });
  return reports;
}
