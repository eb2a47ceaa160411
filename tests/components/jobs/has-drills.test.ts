import assert from "node:assert/strict";
import { hasDrills } from "../../../components/jobs/has-drills.ts";
import { parsePlan } from "../../../plan/parse-plan.ts";

const TARGET = { kind: "server", connection: { env: "DRILL_SERVER_URL" } };
const KINDS = ["staging-restore", "pitr-simulation", "full-dr", "region-failover"];
const SUPABASE = { kind: "supabase", ref: "abcdefghijklmnopqrst" };

/** Whether drills of a plan's only project are scheduled, and the secrets that they need. */
function answer(project: object = {}, drills: object = {}): boolean {
  const plan = parsePlan(
    {
      environment: "test",
      vault: { bucket: "test-vault", region: "eu-west-2", keys: { kms: "alias/test" } },
      drills,
      projects: [{ name: "orders", kind: "postgres", connection: { env: "ORDERS_URL" }, ...project }],
    },
    "the test's plan",
  );
  const [only] = plan.projects;
  assert.ok(only);
  return hasDrills(plan, only);
}

describe("whether a project's drills are scheduled", () => {
  it("depends on something to restore into, which only projects of Supabase have by themselves", () => {
    assert.deepEqual([answer(), answer({}, { target: TARGET }), answer(SUPABASE)], [false, true, true]);
    const own = { "full-dr": { schedule: "0 5 3 1 *", target: TARGET } };
    assert.equal(answer({ drills: own }), true);
  });

  it("depends on a drill that is not left out", () => {
    const skipped = Object.fromEntries(KINDS.map((kind) => [kind, { skip: "tried by hand each year" }]));
    assert.equal(answer({ ...SUPABASE, drills: skipped }), false);
    const { "full-dr": _, ...rest } = skipped;
    assert.equal(answer({ ...SUPABASE, drills: rest }), true);
  });
});
