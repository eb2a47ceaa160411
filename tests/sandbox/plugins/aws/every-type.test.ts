import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { AwsStack } from "./support/aws-stack.ts";
import { everyType } from "./support/every-type.ts";
import { closeTestApis, openTestApis, type TestApis } from "./support/test-apis.ts";
import { TYPE_CASES } from "./support/type-cases.ts";

/** Resources of the program that the cases need, and its stack. */
const NEEDED = 9;

/** Each test goes on where the one before ended. */
describe("resources of AWS", () => {
  const prefix = `every-${randomBytes(4).toString("hex")}`;
  const all = TYPE_CASES.map(({ name }) => name).sort();
  let aws: AwsStack;
  let apis: TestApis;
  let ids: Readonly<Record<string, string>> = {};
  before(async () => {
    aws = await AwsStack.open();
    apis = await openTestApis();
  });
  after(() => {
    closeTestApis(apis);
    aws.project.remove();
  });

  /** What the APIs show of every resource, by name. */
  async function seen(): Promise<Record<string, unknown>> {
    const looks = TYPE_CASES.map(async ({ name, look }) => [
      name,
      await look(apis, ids[name] ?? "").catch(() => undefined),
    ]);
    return Object.fromEntries(await Promise.all(looks));
  }
  const expected = (variant: "first" | "changed"): Record<string, unknown> =>
    Object.fromEntries(TYPE_CASES.map((one) => [one.name, one[variant]]));

  it("are made, and nothing changes when they are declared again", async () => {
    const made = await aws.up(everyType(prefix, "first"));
    assert.deepEqual(made, { create: all.length + NEEDED });
    ids = await aws.ids();
    assert.deepEqual(await seen(), expected("first"));
    assert.deepEqual(await aws.up(everyType(prefix, "first")), { same: all.length + NEEDED });
    assert.deepEqual(await aws.refresh(), { same: all.length + NEEDED });
  });

  it("are found changed by hand, each, and mended", async () => {
    await Promise.all(TYPE_CASES.map(({ name, drift }) => drift(apis, ids[name] ?? "")));
    const removed = TYPE_CASES.filter(({ isRemoved }) => isRemoved).length;
    const altered = all.length - removed;
    assert.deepEqual(await aws.refresh(), { same: NEEDED, update: altered, delete: removed });
    assert.deepEqual(await aws.up(everyType(prefix, "first")), {
      same: NEEDED,
      update: altered,
      create: removed,
    });
    ids = await aws.ids();
    assert.deepEqual(await seen(), expected("first"));
  });

  it("are updated where they stand", async () => {
    assert.deepEqual(await aws.changed(everyType(prefix, "changed")), { update: all });
    const before = ids;
    ids = await aws.ids();
    assert.deepEqual(ids, before);
    assert.deepEqual(await seen(), expected("changed"));
    assert.deepEqual(await aws.changed(everyType(prefix, "changed")), {});
  });

  it("are replaced where a change asks for another one", async () => {
    const before = ids;
    assert.deepEqual(await aws.changed(everyType(prefix, "replaced")), { replace: all });
    ids = await aws.ids();
    assert.deepEqual(
      all.filter((name) => ids[name] === before[name]),
      ["LogMetricFilter"],
    );
    assert.deepEqual(await seen(), expected("changed"));
    assert.deepEqual(await aws.changed(everyType(prefix, "replaced")), {});
  });

  it("go", async () => {
    // One of them by hand: that it is not there any more is no failure.
    await apis.s3.deleteBucket({ Bucket: ids.Bucket });
    const Statement = [{ Effect: "Deny", Action: "s3:*", Resource: "*" }];
    const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement });
    // What the program says may go with the bucket, and with the role.
    for (const Body of ["one version", "another"])
      await apis.s3.putObject({ Bucket: ids.four, Key: "left", Body });
    await apis.s3.deleteObject({ Bucket: ids.four, Key: "left" });
    await apis.iam.putRolePolicy({ RoleName: ids.Role, PolicyName: "by-hand", PolicyDocument });
    await aws.destroy();
    const gone = Object.fromEntries(all.map((name) => [name, undefined]));
    assert.deepEqual(await seen(), gone);
    const { Buckets = [] } = await apis.s3.listBuckets({ Prefix: prefix });
    assert.deepEqual(Buckets, []);
  });
});
