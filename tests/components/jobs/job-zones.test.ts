import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { JobNetwork } from "../../../components/jobs/job-network.ts";
import { recordStack } from "../../support/record-stack.ts";
import { smallPlan } from "../support/protection.ts";

describe("the zones of a network for jobs", () => {
  /** In which of an account's zones the subnets are. */
  async function zonesOf(region: string, zones: readonly (readonly [name: string, id: string])[]) {
    const { network } = smallPlan();
    const facts = {
      accountId: pulumi.output("123456789012"),
      partition: pulumi.output("aws"),
      region,
      tags: {},
    };
    const declared = await recordStack(() => new JobNetwork("net", { environment: "test", network, facts }), {
      call: () => ({ names: zones.map(([name]) => name), zoneIds: zones.map(([, id]) => id) }),
    });
    return declared
      .filter(({ type }) => type === "aws:ec2/subnet:Subnet")
      .map(({ inputs }) => inputs.availabilityZone);
  }

  it("are the first two of the region", async () => {
    const zones = ["a", "b", "c"].map((zone, at) => [`eu-central-1${zone}`, `euc1-az${at + 1}`] as const);
    assert.deepEqual(await zonesOf("eu-central-1", zones), ["eu-central-1a", "eu-central-1b"]);
  });

  it("are never Local Zones that the account has opted in to", async () => {
    const found = await zonesOf("us-west-2", [
      ["us-west-2-lax-1a", "usw2-lax1-az1"],
      ["us-west-2a", "usw2-az2"],
      ["us-west-2b", "usw2-az1"],
    ]);
    assert.deepEqual(found, ["us-west-2a", "us-west-2b"]);
  });

  it("are never ones without Fargate, whatever the account calls them", async () => {
    const found = await zonesOf("ap-northeast-1", [
      ["ap-northeast-1a", "apne1-az3"],
      ["ap-northeast-1c", "apne1-az1"],
      ["ap-northeast-1d", "apne1-az2"],
    ]);
    assert.deepEqual(found, ["ap-northeast-1c", "ap-northeast-1d"]);
  });
});
