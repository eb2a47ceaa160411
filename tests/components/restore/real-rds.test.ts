import assert from "node:assert/strict";
import { RDS } from "@aws-sdk/client-rds";
import * as ec2 from "@pulumi/aws/ec2/index.js";
import * as kms from "@pulumi/aws/kms/index.js";
import { RestoreTarget } from "../../../components/restore/restore-target.ts";
import { AwsStack } from "../../sandbox/plugins/aws/support/aws-stack.ts";
import { testProject } from "../../support/jobs.ts";
import { getAws } from "../../support/servers.ts";
import { smallPlan, testFacts } from "../support/protection.ts";

/** The instance of an emulator: it says that AWS's API takes what is declared, not what AWS makes of it. */
describe("RestoreTarget of kind rds, applied", function () {
  this.timeout(120_000);
  let stack: AwsStack;
  before(async () => {
    stack = await AwsStack.open();
  });
  after(() => stack.project.remove());

  const program = async () => {
    const tags = { "holdfast:environment": "test", "holdfast:component": "RestoreTarget" };
    const vpc = new ec2.Vpc("vpc", { cidrBlock: "10.91.0.0/16", tags });
    const subnets = [1, 2].map(
      (at) => new ec2.Subnet(`subnet-${at}`, { vpcId: vpc.id, cidrBlock: `10.91.${at}.0/24`, tags }),
    );
    const group = new ec2.SecurityGroup("group", { vpcId: vpc.id, description: "restores", tags });
    const key = new kms.Key("key", { description: "restore targets", tags });
    const target = new RestoreTarget("target", {
      ...{ environment: "test", project: testProject({ sizing: { database: "100 GiB" } }) },
      ...{ purpose: "drill", facts: testFacts(smallPlan()), kind: "rds", keyArn: key.arn },
      ...{ subnetIds: subnets.map(({ id }) => id), securityGroupIds: [group.id] },
    });
    return { ...target.address };
  };

  it("is taken as declared, changes nothing when applied again, and goes without a trace", async () => {
    const { endpoint, region } = await getAws();
    const api = new RDS({ endpoint, region });
    const found = async () =>
      (await api.describeDBInstances({})).DBInstances?.find(
        ({ DBInstanceIdentifier }) => DBInstanceIdentifier === "holdfast-test-shop-drill",
      );
    assert.deepEqual(await stack.up(program), { create: 10 });
    const instance = await found();
    assert.deepEqual(
      {
        class: instance?.DBInstanceClass,
        storage: [instance?.AllocatedStorage, instance?.MaxAllocatedStorage],
        encrypted: instance?.StorageEncrypted,
        public: instance?.PubliclyAccessible,
        guarded: instance?.DeletionProtection,
      },
      { class: "db.m7g.large", storage: [150, 300], encrypted: true, public: false, guarded: false },
    );
    const { host, port, database, user } = await stack.outputs();
    assert.ok(host);
    assert.deepEqual([port, database, user], [5432, "restored", "holdfast_admin"]);
    assert.deepEqual(await stack.up(program), { same: 10 });
    await stack.destroy();
    assert.equal(await found(), undefined);
    api.destroy();
  });
});
