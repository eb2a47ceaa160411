import assert from "node:assert/strict";
import { HoldfastError } from "../../../plan/holdfast-error.ts";
import { parsePlan } from "../../../plan/parse-plan.ts";
import type { PlanProblem } from "../../../plan/plan-problem.ts";
import type { ProtectionPlan } from "../../../plan/protection-plan.ts";

/** A change to the plan: a dotted path and the new value; `undefined` removes what is there. */
export type Changes = Readonly<Record<string, unknown>>;

/** A plan that breaks no rule, as it would be read from YAML: AWS with a replica, Supabase with PITR. */
export function basePlan(): Record<string, unknown> {
  return {
    environment: "test",
    vault: {
      bucket: "test-vault",
      region: "eu-central-1",
      replicaRegion: "eu-west-1",
      keys: {
        kms: "alias/test",
        replicaKms: "arn:aws:kms:eu-west-1:123456789012:alias/test",
        escrowPublicKey: { file: "keys/escrow.pem" },
      },
    },
    projects: [
      {
        name: "shop",
        ref: "abcdefghijklmnopqrst",
        connection: { env: "SHOP_DATABASE_URL" },
        pitr: { windowDays: 7 },
        tiers: { nightly: {}, weekly: {} },
      },
    ],
  };
}

export function changedPlan(changes: Changes): Record<string, unknown> {
  const plan = basePlan();
  for (const [path, value] of Object.entries(changes)) {
    const keys = path.split(".");
    const last = keys.pop() ?? "";
    let target: object = plan;
    for (const key of keys) {
      if (Reflect.get(target, key) === undefined) Reflect.set(target, key, {});
      target = Reflect.get(target, key) as object;
    }
    if (value === undefined) Reflect.deleteProperty(target, last);
    else Reflect.set(target, last, value);
  }
  return plan;
}

export const parseChanged = (changes: Changes): ProtectionPlan =>
  parsePlan(changedPlan(changes), "test.yaml");

/** The error of a plan that must be refused. */
export function refusal(input: unknown): HoldfastError {
  try {
    parsePlan(input, "test.yaml");
  } catch (error) {
    assert.ok(error instanceof HoldfastError, String(error));
    return error;
  }
  throw new assert.AssertionError({ message: "the plan was accepted" });
}

/** A rule seen from both sides. */
export interface RuleCase {
  readonly rule: string;
  readonly accepts: Changes;
  readonly refuses: Changes;
  readonly path: string;
  readonly value: string | RegExp;
  readonly bound: RegExp;
  readonly fix: RegExp;
}

/** Declares a test for each case: the good plan passes, the bad one names path, value, bound and fix, and no more. */
export function testRules(cases: readonly RuleCase[]): void {
  for (const { rule, accepts, refuses, path, value, bound, fix } of cases) {
    it(rule, () => {
      parseChanged(accepts);
      const error = refusal(changedPlan(refuses));
      assert.equal(error.code, "PLAN_INVALID");
      assert.equal(error.exitCode, 2);
      const problems = error.details as readonly PlanProblem[];
      assert.equal(problems.length, 1, error.message);
      const [problem] = problems;
      assert.ok(problem);
      assert.equal(problem.path, path);
      if (typeof value === "string") assert.equal(problem.value, value);
      else assert.match(problem.value, value);
      assert.match(problem.bound, bound);
      assert.match(problem.fix, fix);
      for (const part of Object.values(problem))
        assert.ok(error.message.includes(String(part)), error.message);
    });
  }
}
