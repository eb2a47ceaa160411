import assert from "node:assert/strict";
import { ProtectedEnvironment } from "../../components/protected-environment.ts";
import { recordStack } from "../support/record-stack.ts";
import { smallPlan } from "./support/protection.ts";

describe("the stack's region", () => {
  const declare = (config: Record<string, string>) => {
    const plan = smallPlan();
    return recordStack(() => new ProtectedEnvironment("test", { plan, written: plan, version: "1.0.0" }), {
      config,
    });
  };

  it("is the vault's, where calls that weaken it are told of", async () => {
    await assert.rejects(declare({ "aws:region": "us-east-1" }), {
      code: "REGION_MISMATCH",
      exitCode: 2,
      message: "The stack's aws:region is us-east-1; the plan's vault.region is eu-central-1.",
    });
  });

  it("stands in the names of its own resources", async () => {
    const declared = await declare({ "aws:region": "eu-central-1" });
    const endpoint = declared.find(({ type }) => type === "aws:ec2/vpcEndpoint:VpcEndpoint");
    assert.equal(endpoint?.inputs.serviceName, "com.amazonaws.eu-central-1.s3");
  });
});
