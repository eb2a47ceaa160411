import assert from "node:assert/strict";
import { declaredBy, shipped } from "./declare-shipped.ts";
import { judgeAll } from "./judge-all.ts";

type Resources = Awaited<ReturnType<typeof declaredBy>>;
type Resource = Resources[number];

/** What is weakened, what is then said, in which resource, and how; without a how, the resource is left out. */
type Case = readonly [string, RegExp, string, ((resource: Resource) => Partial<Resource>)?];

const withProps =
  (change: Readonly<Record<string, unknown>>) =>
  ({ props }: Resource) => ({ props: { ...props, ...change } });

const CASES: readonly Case[] = [
  ["object lock", /objectLockEnabled: true/, "-vault-bucket", withProps({ objectLockEnabled: false })],
  ["protection", /protect: true/, "-vault-bucket", () => ({ protect: false })],
  ["its bucket's life", /forceDestroy/, "-vault-replica", withProps({ forceDestroy: true })],
  ["the default lock", /bucket "\w+" a default lock/, "-vault-bucket-lock"],
  ["the default lock of the replica", /bucket "\w+" a default lock/, "-vault-replica-lock"],
  ["versioning", /lacks versioning$/, "-vault-bucket-versioning"],
  ["the lifecycle", /lacks a lifecycle$/, "-vault-bucket-lifecycle"],
  [
    "the lifecycle's tag",
    /verified=true.*"all"/,
    "-vault-replica-lifecycle",
    withProps({ rules: [{ id: "all", noncurrentVersionExpiration: { noncurrentDays: 1 } }] }),
  ],
  [
    "the days of locks",
    /raise .*retention-days to 187.*"ordak-monthly-expire"/,
    "-writer-policy",
    ({ props }) => ({
      props: { ...props, policy: String(props.policy).replace('-days":"187"', '-days":"31"') },
    }),
  ],
  [
    "the writer's rights",
    /managed policy/,
    "-roles-writer",
    withProps({ managedPolicyArns: ["arn:aws:iam::aws:policy/AdministratorAccess"] }),
  ],
];

describe("the declared stack of prod is refused when it is weakened in", () => {
  let declared: Resources;
  before(async () => {
    declared = await declaredBy(shipped("prod"), "weakened");
  });

  for (const [name, problem, suffix, change] of CASES)
    it(name, async () => {
      const [found, ...others] = declared.filter((one) => one.name.endsWith(suffix));
      assert.ok(found && others.length === 0, suffix);
      const rest = declared.filter((one) => one !== found);
      const reports = await judgeAll(change ? [...rest, { ...found, ...change(found) }] : rest);
      assert.equal(reports.length, 1, reports.join("\n"));
      assert.match(reports.join(), problem);
    });
});
