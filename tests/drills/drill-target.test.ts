import assert from "node:assert/strict";
import { drillTarget } from "../../drills/drill-target.ts";
import { allTargets } from "../../drills/stack/destroy-left-overs.ts";
import { parsePlan } from "../../plan/parse-plan.ts";
import type { DrillKind } from "../../plan/schema/drills.ts";

const server = (name: string) => ({ kind: "server", connection: { env: name } });
const SUPABASE = {
  name: "ordak",
  ref: "abcdefghijklmnopqrst",
  organization: "acme",
  region: "eu-west-2",
  connection: { env: "ORDAK_URL" },
  pitr: { windowDays: 7 },
};
const OWN = { name: "shop", kind: "postgres", connection: { env: "SHOP_URL" } };

function planOf(project: object, drills?: object) {
  const plan = parsePlan(
    {
      environment: "test",
      vault: {
        bucket: "test-vault",
        region: "eu-west-2",
        endpoint: "http://127.0.0.1:9",
        lock: { mode: "none" },
        keys: { escrowPublicKey: { file: "/nonexistent/escrow.pem" } },
      },
      ...(drills && { drills }),
      projects: [project],
    },
    "the test's plan",
  );
  const [only] = plan.projects;
  assert.ok(only);
  return { plan, target: (kind: DrillKind) => drillTarget(plan, only, kind) };
}

describe("drillTarget", () => {
  it("is a new project like the one that is protected, unless the plan says otherwise", () => {
    const { target } = planOf(SUPABASE);
    const like = { kind: "supabase", organization: "acme", region: "eu-west-2" };
    assert.deepEqual([target("staging-restore"), target("full-dr")], [like, like]);
    const apart = planOf(SUPABASE, {
      target: { kind: "supabase", organization: "acme-drills", size: "small" },
    });
    assert.deepEqual(apart.target("full-dr"), { ...like, organization: "acme-drills", size: "small" });
  });

  it("is the environment's server, or the drill's own; but a rewind needs a Supabase project", () => {
    const { target, plan } = planOf(
      { ...SUPABASE, drills: { "full-dr": { schedule: "0 5 3 * *", target: server("B") } } },
      { target: { ...server("A"), template: "supabase_template" } },
    );
    assert.deepEqual(target("staging-restore"), { ...server("A"), template: "supabase_template" });
    assert.deepEqual(target("full-dr"), { ...server("B"), template: "template0" });
    assert.equal(target("pitr-simulation").kind, "supabase");
    const each = allTargets(plan).map((one) =>
      one.kind === "server" ? JSON.stringify(one.connection) : one.kind,
    );
    assert.deepEqual(each.toSorted(), ["supabase", '{"env":"A"}', '{"env":"B"}'].toSorted());
  });

  it("is missing for a database of one's own without any, before anything is made", () => {
    const { target, plan } = planOf(OWN);
    assert.throws(() => target("staging-restore"), {
      code: "DRILL_TARGET_MISSING",
      exitCode: 2,
      message: /no target that the drill staging-restore of shop/,
      hint: /drills: \{target: \{kind: server/,
    });
    assert.deepEqual(allTargets(plan), []);
    // A new Supabase project, named for the others' drills, takes back no database of one's own.
    const shared = { target: { kind: "supabase", organization: "acme", region: "eu-west-2" } };
    const skip = { skip: "by hand" };
    const byHand = planOf({ ...OWN, drills: { "staging-restore": skip, "full-dr": skip } }, shared);
    assert.throws(() => byHand.target("staging-restore"), { code: "DRILL_TARGET_MISSING" });
    const { organization: _, ...homeless } = SUPABASE;
    assert.throws(() => planOf(homeless).target("full-dr"), {
      code: "DRILL_TARGET_MISSING",
      message: /no organization/,
    });
  });
});
