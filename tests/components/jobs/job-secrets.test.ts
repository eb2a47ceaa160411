import assert from "node:assert/strict";
import { JobSecrets } from "../../../components/jobs/job-secrets.ts";
import { ACCOUNT, REGION } from "../../support/record-stack.ts";
import { Declared, smallPlan } from "../support/protection.ts";

const SECRET = "aws:secretsmanager/secret:Secret";

async function declare(names: readonly string[]) {
  const told: { secrets?: JobSecrets } = {};
  const declared = await Declared.of(smallPlan(), ({ environment }, facts) => {
    told.secrets = new JobSecrets("secrets", { environment, names, facts });
  });
  const arns = Object.entries(told.secrets?.arns ?? {}).map(
    async ([name, arn]) => [name, await new Promise((resolve) => arn.apply(resolve))] as const,
  );
  return { declared, arns: Object.fromEntries(await Promise.all(arns)) };
}

describe("JobSecrets", () => {
  it("is an empty secret for each variable", async () => {
    const { declared, arns } = await declare(["ORDERS_URL", "KEY"]);
    assert.deepEqual(declared.counts(), { [SECRET]: 2, "holdfast:jobs:JobSecrets": 1 });
    assert.deepEqual(declared.get("secrets-orders-url").inputs, {
      name: "holdfast/test/ORDERS_URL",
      description: "Holdfast test: value of ORDERS_URL for its jobs",
      recoveryWindowInDays: 30,
      tags: { "holdfast:environment": "test", "holdfast:component": "JobSecrets" },
    });
    for (const { parent } of declared.of(SECRET)) assert.equal(parent, "secrets");
    const arn = (name: string) =>
      `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:holdfast/test/${name}-AbCdEf`;
    assert.deepEqual(arns, { ORDERS_URL: arn("ORDERS_URL"), KEY: arn("KEY") });
  });

  it("keeps apart variables that differ in nothing but case", async () => {
    const { declared, arns } = await declare(["ORDERS_URL", "Orders_Url", "orders_url"]);
    const names = declared.of(SECRET).map(({ name, inputs }) => [name, inputs.name]);
    assert.deepEqual(names, [
      ["secrets-orders-url", "holdfast/test/ORDERS_URL"],
      ["secrets-orders-url-385d65e2", "holdfast/test/orders_url"],
      ["secrets-orders-url-731aa24a", "holdfast/test/Orders_Url"],
    ]);
    assert.equal(new Set(Object.values(arns)).size, 3);
  });

  it("is nothing where the plan refers to none", async () => {
    const { declared, arns } = await declare([]);
    assert.deepEqual(declared.counts(), { "holdfast:jobs:JobSecrets": 1 });
    assert.deepEqual(arns, {});
  });
});
