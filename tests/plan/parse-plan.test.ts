import assert from "node:assert/strict";
import fc from "fast-check";
import { HoldfastError } from "../../plan/holdfast-error.ts";
import { parsePlan } from "../../plan/parse-plan.ts";
import type { PlanProblem } from "../../plan/plan-problem.ts";
import { basePlan, changedPlan, refusal } from "./support/plan-fixture.ts";

const paths = (error: HoldfastError) => (error.details as readonly PlanProblem[]).map(({ path }) => path);

describe("parsePlan", () => {
  it("lists every problem, of fields and between fields, of every part", () => {
    const input = changedPlan({
      "vault.bucket": "No",
      "alerts.thresholds": { pitrLagWarning: "2h" },
      "projects.1": { name: "two", kind: "postgres", connection: "secret" },
      "projects.2": { name: "shop", kind: "postgres", connection: { env: "A" }, ref: "abcdefghijklmnopqrst" },
    });
    const error = refusal(input);
    assert.deepEqual(paths(error).toSorted(), [
      "alerts.thresholds.pitrLagWarning",
      "projects[1].connection",
      "projects[2].name",
      "projects[2].ref",
      "projects[2].ref",
      "vault.bucket",
    ]);
    assert.match(error.message, /^test\.yaml has 6 problems:\n {2}1\. /);
    assert.match(error.hint, /npm run plan/);
  });

  it("names the line where it knows it", () => {
    const input = changedPlan({ "vault.bucket": "No" });
    const lineOf = (path: readonly PropertyKey[]) => (path.join(".") === "vault.bucket" ? 12 : undefined);
    assert.throws(
      () => parsePlan(input, "p.yaml", { lineOf }),
      /vault\.bucket \(line 12\) is "No"; it must be 3 to 63/,
    );
  });

  it("shortens what it shows and hides secrets in it", () => {
    const error = refusal(changedPlan({ environment: `postgres://u:hunter2@h/${"x".repeat(500)}` }));
    assert.ok(!error.message.includes("hunter2"));
    assert.ok(error.message.length < 500, error.message);
  });

  for (const input of [undefined, null, "", "text", 5, [], [basePlan()], {}]) {
    it(`refuses ${JSON.stringify(input)?.slice(0, 30)}`, () => {
      const error = refusal(input);
      assert.equal(error.code, "PLAN_INVALID");
      assert.equal(error.exitCode, 2);
    });
  }

  it("accepts the base plan of these tests", () => {
    assert.equal(parsePlan(basePlan(), "test.yaml").environment, "test");
  });

  it("says so of anything that is no plan, and fails in no other way", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (input) => {
        assert.throws(() => parsePlan(input, "any"), HoldfastError);
      }),
    );
  });

  it("survives any value at any place", () => {
    const place = fc.constantFrom(
      ...[
        "environment",
        "vault",
        "vault.keys",
        "vault.lock",
        "alerts",
        "job",
        "projects",
        "projects.0",
        "projects.0.tiers",
      ],
      ...[
        "projects.0.tiers.nightly",
        "projects.0.tiers.nightly.scope",
        "projects.0.drills.full-dr",
        "projects.0.wiring",
      ],
      ...[
        "projects.0.checks.smoke",
        "projects.0.hooks.redeploy",
        "projects.0.connection",
        "projects.0.storage",
      ],
    );
    fc.assert(
      fc.property(place, fc.jsonValue(), (path, value) => {
        try {
          parsePlan(changedPlan({ [path]: value }), "any");
        } catch (error) {
          assert.ok(error instanceof HoldfastError, String(error));
          assert.equal(error.code, "PLAN_INVALID");
        }
      }),
      { numRuns: 300 },
    );
  });
});
