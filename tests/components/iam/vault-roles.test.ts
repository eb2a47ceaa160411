import assert from "node:assert/strict";
import { evaluatePolicy } from "../../support/evaluate-policy.ts";
import { Declared, smallPlan } from "../support/protection.ts";
import { BUCKET, KEY, opening, prodRoles, REPLICA_KEY, throughS3 } from "./support/prod-roles.ts";

const ENDPOINT = "https://storage.example.com/s3";

describe("the policies of the roles that write, read and drill", () => {
  const { answer } = prodRoles();

  it("let the restorer open with either key, and nothing of a project that is not in the plan", () => {
    assert.equal(answer("restorer", opening("x", { resource: REPLICA_KEY })), "allowed");
    assert.equal(answer("restorer", opening("x", { project: "coppercore" })), "allowed");
    assert.equal(answer("restorer", opening("x", { project: "stranger" })), "refused");
    assert.equal(
      answer("restorer", {
        action: "kms:GenerateDataKey",
        resource: KEY,
        context: opening("x").context ?? {},
      }),
      "refused",
    );
  });

  it("let the syncer open its index and run records alone", () => {
    assert.equal(answer("syncer", opening("index/20260101T020000Z/0")), "allowed");
    assert.equal(answer("syncer", opening("run/12")), "allowed");
    assert.equal(answer("syncer", opening("storage-object")), "refused");
    assert.equal(answer("syncer", opening("manifest.json")), "refused");
    assert.equal(answer("syncer", opening("run/12", { project: "stranger" })), "refused");
  });

  it("let the syncer see the locks of mirrored objects, and of no point", () => {
    const seeing = (path: string) =>
      answer("syncer", { action: "s3:GetObjectRetention", resource: `${BUCKET}/ordak/${path}` });
    assert.equal(seeing("storage/order_photos/ab/abcd"), "allowed");
    assert.equal(seeing("points/nightly/x/manifest.json"), "refused");
  });

  it("let writer and syncer wrap data keys for the plan's projects, with both keys", () => {
    for (const role of ["writer", "syncer"]) {
      for (const action of ["kms:GenerateDataKey", "kms:Encrypt"]) {
        const call = { ...opening("x"), action };
        assert.equal(answer(role, call), "allowed", `${role} ${action}`);
        assert.equal(answer(role, { ...call, resource: REPLICA_KEY }), "allowed", `${role} ${action}`);
        assert.equal(answer(role, { ...opening("x", { project: "stranger" }), action }), "refused");
        assert.equal(answer(role, { action, resource: KEY }), "refused", "without a context");
      }
    }
  });

  it("let locks be set to the plan's days and no longer", () => {
    const lock = (days: number, role = "writer", key = "ordak/points/weekly/x/data/t/0") =>
      answer(role, {
        action: "s3:PutObjectRetention",
        resource: `${BUCKET}/${key}`,
        context: { "s3:object-lock-remaining-retention-days": String(days) },
      });
    assert.deepEqual(
      [lock(30), lock(187), lock(188), lock(36_500)],
      ["allowed", "allowed", "refused", "refused"],
    );
    assert.equal(lock(30, "restorer"), "refused");
    assert.equal(lock(30, "restorer", "evidence/prod/0000000001.json"), "allowed");
  });

  it("let mirrored objects be locked until the full run after their days, where that is longer", async () => {
    const storage = [{ bucket: "photos", retain: { days: 30 }, reconcile: "0 1 * * 0" }];
    const access = { accessKeyId: { env: "ID" }, secretAccessKey: { env: "SECRET" } };
    const plan = smallPlan(
      { lock: { days: 30 } },
      {
        kind: "supabase",
        ref: "abcdefghijklmnopqrst",
        storage,
        storageAccess: { ...access, endpoint: ENDPOINT },
      },
    );
    const short = await Declared.of(plan);
    const lock = (role: string, key: string, days: number) =>
      evaluatePolicy(short.statements(`roles-${role}-policy`), {
        action: "s3:PutObjectRetention",
        resource: `arn:aws:s3:::holdfast-test/orders/${key}`,
        context: { "s3:object-lock-remaining-retention-days": String(days) },
      });
    const mirrored = "storage/photos/ab/abcd";
    assert.deepEqual(
      [lock("syncer", mirrored, 37), lock("syncer", mirrored, 38), lock("syncer", mirrored, 39)],
      ["allowed", "allowed", "refused"],
    );
    assert.equal(lock("writer", "points/nightly/x/manifest.json", 37), "refused");
  });

  it("let drills do what the restorer may, and keep their stacks' states where the plan says, and nowhere else", async () => {
    const without = await Declared.of(smallPlan());
    const rights = (each: Declared, role: string) => each.statements(`roles-${role}-policy`);
    assert.deepEqual(rights(without, "driller"), rights(without, "restorer"));
    const may = async (backend: string, key: string, action = "s3:DeleteObject") => {
      const { drills, ...plan } = smallPlan();
      const declared = await Declared.of({ ...plan, drills: { ...drills, backend } });
      return evaluatePolicy(rights(declared, "driller"), { action, resource: `arn:aws:s3:::${key}` });
    };
    const answers = [
      await may("s3://states?region=eu-central-1", "states/.pulumi/stacks/holdfast-drills/a.json"),
      await may("s3://states/drills/?region=eu-central-1", "states/drills/.pulumi/locks/a.json"),
      await may("s3://states/drills", "states", "s3:ListBucket"),
      await may("s3://states/drills", "states/.pulumi/stacks/holdfast/prod.json"),
      await may("s3://states", "holdfast-test/orders/points/nightly/x/manifest.json"),
      await may("file:///drills", "states/.pulumi/a"),
    ];
    assert.deepEqual(answers, ["allowed", "allowed", "allowed", "refused", "refused", "refused"]);
  });

  it("list the role's own prefixes, and answer for the bucket itself", () => {
    const list = (prefix?: string) =>
      answer("writer", {
        action: "s3:ListBucket",
        resource: BUCKET,
        ...(prefix !== undefined && { context: { "s3:prefix": prefix } }),
      });
    assert.equal(list("ordak/points/weekly/"), "allowed");
    assert.equal(list("evidence/prod/"), "allowed");
    assert.equal(list("ordak/storage/"), "refused");
    assert.equal(list("stranger/points/"), "refused");
    assert.equal(list(), "allowed");
  });

  it("read what S3 sealed object by object, as it does where a bucket's key is off", () => {
    const object = `${BUCKET}/ordak/points/nightly/x/manifest.json`;
    assert.equal(answer("restorer", throughS3("kms:Decrypt", object)), "allowed");
    assert.equal(answer("restorer", throughS3("kms:Decrypt", "arn:aws:s3:::stranger/x")), "refused");
  });
});
