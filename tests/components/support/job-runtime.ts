import { JobRuntime } from "../../../components/jobs/job-runtime.ts";
import type { StackFacts } from "../../../components/stack-facts.ts";
import type { ProtectionPlan } from "../../../plan/protection-plan.ts";
import { ACCOUNT, REGION } from "../../support/record-stack.ts";

export const OPERATIONS_KEY_ARN = `arn:aws:kms:${REGION}:${ACCOUNT}:key/operations`;
export const roleArn = (role: string) => `arn:aws:iam::${ACCOUNT}:role/holdfast-test-${role}`;

/** What jobs of a plan share, with roles and key that exist. */
export function declareRuntime(plan: ProtectionPlan, facts: StackFacts): JobRuntime {
  return new JobRuntime("runtime", {
    ...{ plan, facts },
    executionRoleArn: roleArn("execution"),
    schedulerRoleArn: roleArn("scheduler"),
    operationsKeyArn: OPERATIONS_KEY_ARN,
    version: "1.2.3",
  });
}
