import assert from "node:assert/strict";
import { taskFamily } from "../../../components/jobs/task-family.ts";
import { alarmName } from "../../../components/monitoring/alarm-name.ts";

/** Pairs of environment and project that read the same when only hyphens stand between them. */
const ALIKE = [
  ["prod", "eu-shop"],
  ["prod-eu", "shop"],
] as const;

describe("names that environments of one account share a space of", () => {
  it("tell tasks of environments apart whose names begin alike, and tasks of projects from those of all", () => {
    const [one, other] = ALIKE.map(([environment, project]) => taskFamily(environment, "dump", project));
    assert.deepEqual([one, other], ["holdfast-prod_eu-shop-dump", "holdfast-prod-eu_shop-dump"]);
    assert.equal(taskFamily("prod", "watch"), "holdfast-prod_watch");
    const all = ["a", "a-watch", "watch"].map((project) => taskFamily("prod", "watch", project));
    assert.ok(!all.includes(taskFamily("prod", "watch")));
  });

  it("are what ECS takes, also of the longest names", () => {
    assert.match(taskFamily("e".repeat(40), "drill", "p".repeat(40)), /^[A-Za-z0-9_-]{1,255}$/);
  });

  it("tell alarms of such environments apart, and leave those of no project as they were", () => {
    const [one, other] = ALIKE.map(([environment, project]) =>
      alarmName(environment, { name: `${project}-pitr-lag`, project }),
    );
    assert.deepEqual([one, other], ["holdfast-prod_eu-shop-pitr-lag", "holdfast-prod-eu_shop-pitr-lag"]);
    assert.equal(alarmName("prod", { name: "canary" }), "holdfast-prod-canary");
  });
});
