import assert from "node:assert/strict";
import { RDS } from "@aws-sdk/client-rds";
import * as ec2 from "@pulumi/aws/ec2/index.js";
import * as rds from "@pulumi/aws/rds/index.js";
import { getAws } from "../../../support/servers.ts";
import { AwsStack } from "./support/aws-stack.ts";

interface Target {
  readonly tags?: Record<string, string>;
  readonly days?: number;
  readonly family?: string;
}

const PASSWORD = "correct horse battery staple";

function target({ tags = { a: "1" }, days = 7, family = "postgres15" }: Target = {}) {
  return async () => {
    const vpc = new ec2.Vpc("vpc", { cidrBlock: "10.9.0.0/16" });
    const subnets = [1, 2].map(
      (one) => new ec2.Subnet(`subnet-${one}`, { vpcId: vpc.id, cidrBlock: `10.9.${one}.0/24` }),
    );
    const group = new rds.SubnetGroup("subnets", {
      ...{ name: "restore", description: `kept ${days} days`, tags },
      subnetIds: subnets.map(({ id }) => id),
    });
    const parameters = new rds.ParameterGroup("parameters", {
      ...{ name: `restore-${family}`, family, tags },
      parameters: [{ name: "max_connections", value: `${100 + days}`, applyMethod: "pending-reboot" }],
    });
    const instance = new rds.Instance("server", {
      ...{ identifier: "restore", engine: "postgres", engineVersion: "15", instanceClass: "db.t4g.medium" },
      ...{ allocatedStorage: 20, storageType: "gp3", storageEncrypted: true, dbName: "restore" },
      ...{ username: "postgres", password: PASSWORD, backupRetentionPeriod: days, skipFinalSnapshot: true },
      ...{ dbSubnetGroupName: group.name, parameterGroupName: parameters.name, applyImmediately: true, tags },
    });
    return { id: instance.id, arn: instance.arn, endpoint: instance.endpoint };
  };
}

describe("the types of RDS", function () {
  this.timeout(120_000);
  let stack: AwsStack;
  before(async () => {
    stack = await AwsStack.open();
  });
  after(() => stack.project.remove());

  it("are made, left alone, changed, seen to have drifted, mended, replaced and removed", async () => {
    const { endpoint, region } = await getAws();
    const api = new RDS({ endpoint, region });
    assert.deepEqual(await stack.up(target()), { create: 7 });
    assert.deepEqual(await stack.up(target()), { same: 7 });
    assert.deepEqual(await stack.refresh(), { same: 7 });
    const { stateText } = stack.project;
    assert.ok(!stateText.includes(PASSWORD));
    assert.deepEqual(await stack.up(target({ days: 3, tags: { b: "2" } })), { same: 4, update: 3 });
    await api.modifyDBInstance({
      DBInstanceIdentifier: "restore",
      BackupRetentionPeriod: 1,
      ApplyImmediately: true,
    });
    await api.modifyDBSubnetGroup({
      ...{ DBSubnetGroupName: "restore", DBSubnetGroupDescription: "by hand" },
      SubnetIds: (await api.describeDBSubnetGroups({})).DBSubnetGroups?.find(
        ({ DBSubnetGroupName }) => DBSubnetGroupName === "restore",
      )?.Subnets?.map(({ SubnetIdentifier = "" }) => SubnetIdentifier),
    });
    const settings = [{ ParameterName: "work_mem", ParameterValue: "1", ApplyMethod: "immediate" as const }];
    await api.modifyDBParameterGroup({ DBParameterGroupName: "restore-postgres15", Parameters: settings });
    const drifted = { same: 4, update: 3 };
    assert.deepEqual(await stack.refresh(), drifted);
    assert.deepEqual(await stack.up(target({ days: 3, tags: { b: "2" } })), drifted);
    assert.deepEqual(await stack.refresh(), { same: 7 });
    const newer: Target = { days: 3, tags: { b: "2" }, family: "postgres16" };
    assert.deepEqual(await stack.up(target(newer)), { same: 5, replace: 1, update: 1 });
    await stack.destroy();
    const { DBInstances = [] } = await api.describeDBInstances({});
    assert.deepEqual(
      DBInstances.filter(({ DBInstanceIdentifier }) => DBInstanceIdentifier === "restore"),
      [],
    );
  });
});
