import assert from "node:assert/strict";
import { matchesPattern } from "../../support/matches-pattern.ts";
import { ACCOUNT, REGION } from "../../support/record-stack.ts";
import { Declared, shippedPlan, smallPlan } from "../support/protection.ts";

const REPLICA_KEY = `arn:aws:kms:eu-west-1:${ACCOUNT}:key/keys-replica-1234567`;

/** As CloudTrail tells of a call. */
const called = (service: "kms" | "s3", eventName: string, detail: object) => ({
  source: `aws.${service}`,
  "detail-type": "AWS API Call via CloudTrail",
  detail: { eventSource: `${service}.amazonaws.com`, eventName, ...detail },
});
const onKey = (eventName: string, ARN: string) => called("kms", eventName, { resources: [{ ARN }] });
const onBucket = (eventName: string, bucketName: string) =>
  called("s3", eventName, { requestParameters: { bucketName } });

const replicated = { replicaRegion: "eu-west-1", replicaBucket: "holdfast-test-replica" };
const replicaKey = { keys: { kms: "alias/holdfast-test", replicaKms: "alias/holdfast-test-replica" } };

describe("ReplicaCalls", () => {
  let declared: Declared;
  before(async () => {
    declared = await Declared.of(shippedPlan("prod"));
  });
  const hears = (rule: string, event: object, from = declared) =>
    matchesPattern(JSON.parse(String(from.get(rule).inputs.eventPattern)), event);

  it("hears in the replica's region of calls that weaken the replica or its key, and of no others", () => {
    const { inputs } = declared.get("replica-calls-rule");
    assert.deepEqual(
      [inputs.region, inputs.name, inputs.state],
      ["eu-west-1", "holdfast-prod-replica", "ENABLED"],
    );
    const weakening = [
      onKey("DisableKey", REPLICA_KEY),
      onKey("ScheduleKeyDeletion", REPLICA_KEY),
      onBucket("PutBucketPolicy", "holdfast-prod-vault-replica"),
      onBucket("DeleteBucketLifecycle", "holdfast-prod-vault-replica-logs"),
    ];
    for (const event of weakening) {
      const { eventName } = event.detail;
      assert.ok(hears("replica-calls-rule", event), eventName);
      // What is brought to the vault's region is the same event: its rules must take it up.
      const rule = event.source === "aws.kms" ? "keys" : "buckets";
      assert.ok(hears(`alarms-tampering-${rule}`, event), eventName);
    }
    for (const event of [
      onKey("Decrypt", REPLICA_KEY),
      onKey("DisableKey", `arn:aws:kms:eu-west-1:${ACCOUNT}:key/payroll`),
      onBucket("PutBucketPolicy", "payroll"),
      onBucket("PutObject", "holdfast-prod-vault-replica"),
      { ...onKey("DisableKey", REPLICA_KEY), source: "aws.ec2" },
    ])
      assert.ok(!hears("replica-calls-rule", event), JSON.stringify(event));
  });

  it("brings them to the bus of the vault's region, with a role that may do nothing else", () => {
    const bus = `arn:aws:events:${REGION}:${ACCOUNT}:event-bus/default`;
    const { inputs } = declared.get("replica-calls-target");
    assert.deepEqual(
      [inputs.region, inputs.rule, inputs.arn, inputs.roleArn],
      ["eu-west-1", "holdfast-prod-replica", bus, `arn:aws:iam::${ACCOUNT}:role/holdfast-prod-forwarder`],
    );
    assert.deepEqual(
      declared
        .statements("roles-forwarder-policy")
        .map(({ Effect, Action, Resource }) => [Effect, Action, Resource]),
      [["Allow", ["events:PutEvents"], [bus]]],
    );
    const trust = JSON.parse(String(declared.get("roles-forwarder").inputs.assumeRolePolicy));
    assert.deepEqual(
      trust.Statement.map(({ Principal }: { Principal: unknown }) => Principal),
      [{ Service: ["events.amazonaws.com"] }],
    );
  });

  it("hears of the replica's bucket alone where no key is in KMS", async () => {
    const keys = { escrowPublicKey: { file: "escrow.pem" } };
    const small = await Declared.of(smallPlan({ ...replicated, keys }));
    assert.ok(hears("replica-calls-rule", onBucket("PutBucketPolicy", "holdfast-test-replica"), small));
    assert.ok(!hears("replica-calls-rule", onKey("DisableKey", REPLICA_KEY), small));
    assert.ok(!String(small.get("replica-calls-rule").inputs.eventPattern).includes("$or"));
  });

  for (const [what, vault, isMade] of [
    ["a replica in another region", { ...replicated, ...replicaKey }, true],
    ["no replica", {}, false],
    [
      "a cloud whose regions tell each other nothing",
      { ...replicated, ...replicaKey, region: "us-gov-west-1" },
      false,
    ],
    ["a store that is not AWS's", { endpoint: "https://s3.example.com" }, false],
  ] as const)
    it(`is ${isMade ? "made" : "not made"} for ${what}`, async () => {
      const names = (await Declared.of(smallPlan(vault))).all.map(({ name }) => name);
      const own = ["replica-calls-rule", "replica-calls-target", "roles-forwarder", "roles-forwarder-policy"];
      assert.deepEqual(
        own.filter((name) => names.includes(name)),
        isMade ? own : [],
      );
    });
});
