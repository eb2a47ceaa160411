import { testRules } from "../support/plan-fixture.ts";

const project = "projects.0";
const access = { accessKeyId: { env: "ID" }, secretAccessKey: { env: "KEY" } };

describe("rule index-readable", () => {
  const storage = (rule: object) => ({
    [`${project}.storageAccess`]: access,
    [`${project}.storage`]: [{ bucket: "a" }, { bucket: "b", schedule: "0 * * * *", ...rule }],
  });
  testRules([
    {
      rule: "an index of a week has at most 512 parts of hourly syncs of all shards",
      accepts: storage({ shards: 2 }),
      refuses: storage({ shards: 4 }),
      path: "projects[0].storage[1].reconcile",
      value: '"0 1 * * 0"',
      bound: /at most 512 syncs of all shards .+ "0 \* \* \* \*" and 4 shards make 672/,
      fix: /write reconcile: "0 1 \* \* \*", less frequent syncs, or fewer shards/,
    },
    {
      rule: "and one that is written anew every day has room for sixteen",
      accepts: storage({ shards: 16, reconcile: "0 1 * * *" }),
      refuses: storage({ shards: 16, reconcile: "0 1 */2 * *" }),
      path: "projects[0].storage[1].reconcile",
      value: '"0 1 */2 * *"',
      bound: /16 shards make 768/,
      fix: /reconcile/,
    },
    {
      rule: "a bucket of one task counts as one shard",
      accepts: storage({ schedule: "*/20 * * * *" }),
      refuses: storage({ schedule: "*/15 * * * *" }),
      path: "projects[0].storage[1].reconcile",
      value: '"0 1 * * 0"',
      bound: /1 shard make 672/,
      fix: /reconcile/,
    },
  ]);
});
