import { testRules } from "../support/plan-fixture.ts";

const project = "projects.0";
const plainDatabase = {
  [`${project}.kind`]: "postgres",
  [`${project}.ref`]: undefined,
  [`${project}.pitr`]: undefined,
};
const access = { accessKeyId: { env: "ID" }, secretAccessKey: { env: "KEY" } };
const command = { command: ["node", "step.js"] };

describe("rules between the fields of a project", () => {
  describe("supabase-only", () => {
    testRules([
      {
        rule: "a plain database has no ref",
        accepts: plainDatabase,
        refuses: { ...plainDatabase, [`${project}.ref`]: "abcdefghijklmnopqrst" },
        path: "projects[0].ref",
        value: '"abcdefghijklmnopqrst"',
        bound: /kind supabase/,
        fix: /remove ref, or write kind: supabase/,
      },
      {
        rule: "a plain database has no point-in-time recovery to buy",
        accepts: plainDatabase,
        refuses: { ...plainDatabase, [`${project}.pitr`]: { windowDays: 7 } },
        path: "projects[0].pitr",
        value: '{"windowDays":7}',
        bound: /kind supabase/,
        fix: /remove pitr/,
      },
      {
        rule: "a plain database has no compute size",
        accepts: { [`${project}.compute`]: "small" },
        refuses: { ...plainDatabase, [`${project}.compute`]: "small" },
        path: "projects[0].compute",
        value: '"small"',
        bound: /kind supabase/,
        fix: /remove compute/,
      },
      {
        rule: "a plain database has no settings of the platform",
        accepts: { [`${project}.sslEnforcement`]: true, [`${project}.backupSchedule`]: "03:30" },
        refuses: { ...plainDatabase, [`${project}.sslEnforcement`]: true },
        path: "projects[0].sslEnforcement",
        value: "true",
        bound: /kind supabase/,
        fix: /remove sslEnforcement/,
      },
      {
        rule: "a plain database has no storage buckets",
        accepts: { [`${project}.storage`]: [{ bucket: "photos" }], [`${project}.storageAccess`]: access },
        refuses: { ...plainDatabase, [`${project}.storage`]: [{ bucket: "photos" }] },
        path: "projects[0].storage",
        value: /photos/,
        bound: /kind supabase/,
        fix: /remove storage/,
      },
    ]);
  });

  describe("pitr-possible", () => {
    testRules([
      {
        rule: "point-in-time recovery needs at least Small compute",
        accepts: { [`${project}.compute`]: "small" },
        refuses: { [`${project}.compute`]: "micro" },
        path: "projects[0].compute",
        value: '"micro"',
        bound: /small or larger/,
        fix: /write compute: small, or remove pitr/,
      },
      {
        rule: "point-in-time recovery needs the project's ref",
        accepts: { [`${project}.ref`]: undefined, [`${project}.pitr`]: undefined },
        refuses: { [`${project}.ref`]: undefined },
        path: "projects[0].ref",
        value: "missing",
        bound: /20 lower-case letters/,
        fix: /add ref: .* or remove pitr/,
      },
      {
        rule: "Micro compute is enough without point-in-time recovery",
        accepts: { [`${project}.compute`]: "micro", [`${project}.pitr`]: undefined },
        refuses: { [`${project}.compute`]: "nano" },
        path: "projects[0].compute",
        value: '"nano"',
        bound: /small or larger/,
        fix: /write compute: small/,
      },
    ]);
  });

  describe("rpo-reachable", () => {
    testRules([
      {
        rule: "an RPO below a day needs more than nightly points",
        accepts: { [`${project}.pitr`]: undefined, [`${project}.objectives`]: { rpo: "24h" } },
        refuses: { [`${project}.pitr`]: undefined, [`${project}.objectives`]: { rpo: "23h" } },
        path: "projects[0].objectives.rpo",
        value: "23h",
        bound: /at least 24h, which passes between two nightly points at most/,
        fix: /write rpo: 24h, run nightly more often, or add pitr: \{windowDays: 7\}/,
      },
      {
        rule: "the tightest schedule of a full scope counts",
        accepts: {
          [`${project}.pitr`]: undefined,
          [`${project}.objectives`]: { rpo: "6h" },
          [`${project}.tiers`]: { nightly: { schedule: "0 */6 * * *" } },
        },
        refuses: {
          [`${project}.pitr`]: undefined,
          [`${project}.objectives`]: { rpo: "6h" },
          [`${project}.tiers`]: { nightly: { schedule: "0 */12 * * *" } },
        },
        path: "projects[0].objectives.rpo",
        value: "6h",
        bound: /at least 12h/,
        fix: /run nightly more often/,
      },
      {
        rule: "the longest gap counts, not the usual one",
        accepts: {
          [`${project}.pitr`]: undefined,
          [`${project}.objectives`]: { rpo: "3d" },
          [`${project}.tiers`]: { nightly: { schedule: "0 2 * * 1-5" } },
        },
        refuses: {
          [`${project}.pitr`]: undefined,
          [`${project}.objectives`]: { rpo: "2d" },
          [`${project}.tiers`]: { nightly: { schedule: "0 2 * * 1-5" } },
        },
        path: "projects[0].objectives.rpo",
        value: "48h",
        bound: /at least 3d/,
        fix: /write rpo: 3d/,
      },
      {
        rule: "point-in-time recovery reaches two minutes and no less",
        accepts: {
          [`${project}.objectives`]: { rpo: "2m" },
          "alerts.thresholds.pitrLagWarning": "2m",
        },
        refuses: {
          [`${project}.objectives`]: { rpo: "1m" },
          "alerts.thresholds.pitrLagWarning": "1m",
        },
        path: "projects[0].objectives.rpo",
        value: "1m",
        bound: /at least 2m, which is how often Supabase ships/,
        fix: /write rpo: 2m or more/,
      },
      {
        rule: "points that hold a part of the database reach no RPO",
        accepts: { [`${project}.tiers`]: { monthly: { scope: { kind: "tables", tables: ["public.a"] } } } },
        refuses: {
          [`${project}.pitr`]: undefined,
          [`${project}.tiers`]: {
            nightly: { scope: { kind: "tables", tables: ["public.a"] } },
            weekly: { scope: "schema" },
          },
        },
        path: "projects[0].tiers",
        value: /nightly/,
        bound: /reaches the RPO of 24h: pitr, or a scheduled tier with scope full/,
        fix: /add nightly: .* or pitr: \{windowDays: 7\}/,
      },
    ]);
  });

  describe("retention-within-lock", () => {
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

  describe("tier-locks", () => {
    testRules([
      {
        rule: "a tier cannot lock in a vault that does not",
        accepts: { "vault.lock": { mode: "none" }, [`${project}.tiers.nightly.lockMode`]: "none" },
        refuses: { "vault.lock": { mode: "none" }, [`${project}.tiers.nightly.lockMode`]: "compliance" },
        path: "projects[0].tiers.nightly.lockMode",
        value: '"compliance"',
        bound: /none: the vault's lock mode is none/,
        fix: /write vault\.lock\.mode: compliance/,
      },
      {
        rule: "a tier may lock less strictly, but not leave points open",
        accepts: { [`${project}.tiers.checkpoint`]: { lockMode: "governance" } },
        refuses: { [`${project}.tiers.checkpoint`]: { lockMode: "none" } },
        path: "projects[0].tiers.checkpoint.lockMode",
        value: '"none"',
        bound: /compliance or governance/,
        fix: /remove lockMode/,
      },
    ]);
  });

  describe("storage-readable", () => {
    testRules([
      {
        rule: "a bucket is mirrored once",
        accepts: {
          [`${project}.storageAccess`]: access,
          [`${project}.storage`]: [{ bucket: "a" }, { bucket: "b" }],
        },
        refuses: {
          [`${project}.storageAccess`]: access,
          [`${project}.storage`]: [{ bucket: "a" }, { bucket: "a" }],
        },
        path: "projects[0].storage[1].bucket",
        value: '"a"',
        bound: /named once/,
        fix: /remove it, storage\[0\] mirrors it/,
      },
      {
        rule: "buckets need a key to be read with",
        accepts: { [`${project}.storageAccess`]: access, [`${project}.storage`]: [{ bucket: "a" }] },
        refuses: { [`${project}.storage`]: [{ bucket: "a" }] },
        path: "projects[0].storageAccess",
        value: "missing",
        bound: /references to the S3 keys/,
        fix: /add storageAccess: \{accessKeyId/,
      },
    ]);
  });

  describe("index-readable", () => {
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

  describe("drills-possible", () => {
    const schedule = { schedule: "0 5 1 * *" };
    testRules([
      {
        rule: "a PITR simulation needs point-in-time recovery",
        accepts: { [`${project}.drills.pitr-simulation`]: schedule },
        refuses: { [`${project}.pitr`]: undefined, [`${project}.drills.pitr-simulation`]: schedule },
        path: "projects[0].drills.pitr-simulation",
        value: /0 5 1/,
        bound: /absent without pitr/,
        fix: /add pitr: \{windowDays: 7\}, or remove the drill/,
      },
      {
        rule: "a region failover needs a replica region",
        accepts: { [`${project}.drills.region-failover`]: schedule },
        refuses: {
          "vault.replicaRegion": undefined,
          "vault.keys.replicaKms": undefined,
          [`${project}.drills.region-failover`]: schedule,
        },
        path: "projects[0].drills.region-failover",
        value: /0 5 1/,
        bound: /absent without vault\.replicaRegion/,
        fix: /add vault\.replicaRegion, or write region-failover: \{skip/,
      },
    ]);
  });

  describe("drill-targets-fit", () => {
    const server = { kind: "server", connection: { env: "DRILL_SERVER_URL" } };
    const supabase = { kind: "supabase", organization: "acme", region: "eu-central-1" };
    const weekly = (target: object) => ({ schedule: "0 5 * * 1", target });
    const left = { skip: "rehearsed by hand" };
    const own = { [`${project}.drills`]: { "staging-restore": weekly(server), "full-dr": left } };
    const skipped = { "staging-restore": left, "full-dr": left, "region-failover": left };
    testRules([
      {
        rule: "a plain database is not drilled into a Supabase project",
        accepts: { ...plainDatabase, [`${project}.drills.staging-restore`]: weekly(server) },
        refuses: { ...plainDatabase, [`${project}.drills.staging-restore`]: weekly(supabase) },
        path: "projects[0].drills.staging-restore.target.kind",
        value: '"supabase"',
        bound: /server: a new Supabase project is not empty/,
        fix: /write kind: server with connection/,
      },
      {
        rule: "nor into one that is named for all drills, which Supabase projects may have",
        accepts: { "drills.target": supabase },
        refuses: { ...plainDatabase, "drills.target": supabase },
        path: "drills.target.kind",
        value: '"supabase"',
        bound: /server for staging-restore, full-dr, region-failover of shop:/,
        fix: /or give these drills of shop such a target/,
      },
      {
        rule: "what is named for all drills binds those alone that run and have no target of their own",
        accepts: { ...plainDatabase, "drills.target": supabase, [`${project}.drills`]: skipped },
        refuses: { ...plainDatabase, ...own, "drills.target": supabase },
        path: "drills.target.kind",
        value: '"supabase"',
        bound: /server for region-failover of shop:/,
        fix: /write kind: server/,
      },
    ]);
  });

  describe("alerts-in-time", () => {
    testRules([
      {
        rule: "the lag is reported before the RPO is broken",
        accepts: { [`${project}.objectives`]: { rpo: "5m" } },
        refuses: { [`${project}.objectives`]: { rpo: "4m" } },
        path: "alerts.thresholds.pitrLagWarning",
        value: "5m",
        bound: /at most the RPO of shop \(4m\)/,
        fix: /write pitrLagWarning: 4m/,
      },
      {
        rule: "the warning comes before the critical alert",
        accepts: { "alerts.thresholds": { pitrLagWarning: "59m", pitrGapCritical: "1h" } },
        refuses: { "alerts.thresholds": { pitrLagWarning: "1h", pitrGapCritical: "1h" } },
        path: "alerts.thresholds.pitrLagWarning",
        value: "1h",
        bound: /less than pitrGapCritical \(1h\)/,
        fix: /lower pitrLagWarning or raise pitrGapCritical/,
      },
    ]);
  });

  describe("hooks-paired", () => {
    testRules(
      [
        ["banner-on", "banner-off"],
        ["webhooks-off", "webhooks-on"],
        ["writes-off", "writes-on"],
      ].map(([begin, end]) => ({
        rule: `${begin} needs ${end}`,
        accepts: { [`${project}.hooks.${begin}`]: command, [`${project}.hooks.${end}`]: command },
        refuses: { [`${project}.hooks.${begin}`]: command },
        path: `projects[0].hooks.${end}`,
        value: "missing",
        bound: new RegExp(`declared, as ${begin} is`),
        fix: new RegExp(`add ${end}: \\{command`),
      })),
    );
  });

  describe("wiring-distinct", () => {
    const target = (stage: string) => ({
      kind: "vercel",
      stage,
      project: "ui",
      token: { env: "VERCEL_TOKEN" },
      variables: { VITE_SUPABASE_URL: "url" },
    });
    const edge = { kind: "edge-secrets", stage: "production", variables: { MY_KEY: "service-role-key" } };
    const own = {
      kind: "command",
      stage: "production",
      command: ["node", "wire.js"],
      variables: { URL: "url" },
    };
    testRules([
      {
        rule: "a variable is wired once for each place and stage",
        accepts: { [`${project}.wiring`]: [target("staging"), target("production")] },
        refuses: { [`${project}.wiring`]: [target("production"), target("production")] },
        path: "projects[0].wiring[1].variables.VITE_SUPABASE_URL",
        value: '"url"',
        bound: /wired once for each place and stage/,
        fix: /remove it, wiring\[0\] sets it/,
      },
      {
        rule: "places of other kinds are told apart",
        accepts: { [`${project}.wiring`]: [edge, own] },
        refuses: { [`${project}.wiring`]: [edge, own, own] },
        path: "projects[0].wiring[2].variables.URL",
        value: '"url"',
        bound: /wired once/,
        fix: /wiring\[1\] sets it/,
      },
    ]);
  });

  describe("projects-distinct", () => {
    const other = { name: "other", kind: "postgres", connection: { env: "OTHER_URL" } };
    testRules([
      {
        rule: "two projects have two names",
        accepts: { "projects.1": other },
        refuses: { "projects.1": { ...other, name: "shop" } },
        path: "projects[1].name",
        value: '"shop"',
        bound: /a name that no other project has \(projects\[0\] has it too\)/,
        fix: /rename one/,
      },
      {
        rule: "two projects have two refs",
        accepts: { "projects.1": { ...other, kind: "supabase", ref: "bbcdefghijklmnopqrst" } },
        refuses: { "projects.1": { ...other, kind: "supabase", ref: "abcdefghijklmnopqrst" } },
        path: "projects[1].ref",
        value: '"abcdefghijklmnopqrst"',
        bound: /a ref that no other project has/,
        fix: /correct its ref/,
      },
    ]);
  });
});
