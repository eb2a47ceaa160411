import { testRules } from "../support/plan-fixture.ts";

const project = "projects.0";
const access = { accessKeyId: { env: "ID" }, secretAccessKey: { env: "KEY" } };

describe("rule retention-within-lock", () => {
  testRules([
    {
      rule: "days are kept no longer than the lock",
      accepts: { "vault.lock.days": 30 },
      refuses: { "vault.lock.days": 29 },
      path: "projects[0].tiers.nightly.retain",
      value: "missing",
      bound: /at most vault\.lock\.days \(29\); it asks for 30 days/,
      fix: /write vault\.lock\.days: 30, remove it, or keep less/,
    },
    {
      rule: "a count is turned into days through its schedule",
      accepts: { "vault.lock.days": 35, [`${project}.tiers.weekly.retain`]: { count: 5 } },
      refuses: { "vault.lock.days": 34, [`${project}.tiers.weekly.retain`]: { count: 5 } },
      path: "projects[0].tiers.weekly.retain",
      value: '{"count":5}',
      bound: /at most vault\.lock\.days \(34\); it asks for 35 days/,
      fix: /write vault\.lock\.days: 35/,
    },
    {
      rule: "mirrored objects are locked as well",
      accepts: {
        "vault.lock.days": 60,
        [`${project}.storageAccess`]: access,
        [`${project}.storage`]: [{ bucket: "photos", retain: { days: 60 } }],
      },
      refuses: {
        "vault.lock.days": 59,
        [`${project}.storageAccess`]: access,
        [`${project}.storage`]: [{ bucket: "photos", retain: { days: 60 } }],
      },
      path: "projects[0].storage[0].retain",
      value: '{"days":60}',
      bound: /at most vault\.lock\.days \(59\)/,
      fix: /write vault\.lock\.days: 60/,
    },
    {
      rule: "without a lock nothing limits retention",
      accepts: { "vault.lock": { mode: "none" }, [`${project}.tiers.nightly.retain`]: { days: 3_650 } },
      refuses: { "vault.lock.days": 100, [`${project}.tiers.nightly.retain`]: { days: 101 } },
      path: "projects[0].tiers.nightly.retain",
      value: '{"days":101}',
      bound: /at most vault\.lock\.days \(100\)/,
      fix: /write vault\.lock\.days: 101/,
    },
  ]);
});
