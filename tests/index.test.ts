import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { parse } from "yaml";
import { HoldfastError } from "../plan/holdfast-error.ts";

/** Runs the Pulumi program as the SDK would for a stack, with the configuration of its file. */
async function runProgram(stack: string, change: (plan: Record<string, unknown>) => void = () => undefined) {
  const file = parse(readFileSync(resolve(import.meta.dirname, `../Pulumi.${stack}.yaml`), "utf8"));
  const plan = file.config["holdfast:plan"];
  // The shipped plans name a file that whoever applies them puts there.
  plan.vault.keys.escrowPublicKey = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  }).publicKey;
  change(plan);
  await pulumi.runtime.setMocks(
    { newResource: ({ name, inputs }) => ({ id: name, state: inputs }), call: ({ inputs }) => inputs },
    "holdfast",
    stack,
  );
  pulumi.runtime.setAllConfig({
    "holdfast:plan": JSON.stringify(plan),
    "aws:region": file.config["aws:region"],
  });
  return await import(`../index.ts?run=${stack}-${Math.random()}`);
}

describe("the Pulumi program", () => {
  for (const stack of ["prod", "staging"]) {
    it(`reads the plan of ${stack} and tells its facts`, async () => {
      const outputs = await runProgram(stack);
      assert.equal(outputs.environment, stack);
      assert.deepEqual(outputs.projects, ["coppercore", "ordak"]);
      assert.match(outputs.vaultBucket, /^holdfast-/);
    });
  }

  it("stops at a plan with an error, naming the place", async () => {
    const error = await runProgram("prod", (plan) => {
      plan.enviroment = "prod";
    }).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    assert.ok(error instanceof HoldfastError);
    assert.equal(error.code, "PLAN_INVALID");
    assert.match(error.message, /enviroment/);
    assert.match(error.message, /stack prod/);
  });
});
