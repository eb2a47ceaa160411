import assert from "node:assert/strict";
import { Roles } from "../../../components/iam/roles.ts";
import { VaultKeys } from "../../../components/vault/vault-keys.ts";
import { evaluatePolicy, type PolicyCall } from "../../support/evaluate-policy.ts";
import { ACCOUNT, REGION } from "../../support/record-stack.ts";
import { Declared, type Program, smallPlan } from "../support/protection.ts";
import { KEY, prodRoles } from "./support/prod-roles.ts";

describe("the policies of the roles that start and run tasks", () => {
  const { answer, prod } = prodRoles();

  it("start the environment's own tasks with the roles of tasks, and pass them to ECS alone", () => {
    const pass = (role: string, service: string) =>
      answer("scheduler", {
        action: "iam:PassRole",
        resource: `arn:aws:iam::${ACCOUNT}:role/holdfast-prod-${role}`,
        context: { "iam:PassedToService": service },
      });
    assert.equal(pass("writer", "ecs-tasks.amazonaws.com"), "allowed");
    assert.equal(pass("writer", "lambda.amazonaws.com"), "refused");
    for (const role of ["watcher", "driller"])
      assert.equal(pass(role, "ecs-tasks.amazonaws.com"), "allowed", role);
    assert.equal(pass("break-glass", "ecs-tasks.amazonaws.com"), "refused");
    const start = (family: string, cluster: string) =>
      answer("scheduler", {
        action: "ecs:RunTask",
        resource: `arn:aws:ecs:${REGION}:${ACCOUNT}:task-definition/${family}:3`,
        context: { "ecs:cluster": `arn:aws:ecs:${REGION}:${ACCOUNT}:cluster/${cluster}` },
      });
    assert.equal(start("holdfast-prod_ordak-dump", "holdfast-prod"), "allowed");
    assert.equal(start("holdfast-prod_ordak-dump", "other"), "refused");
    assert.equal(start("other", "holdfast-prod"), "refused");
    // Of the environment `prod-eu`.
    assert.equal(start("holdfast-prod-eu_ordak-dump", "holdfast-prod"), "refused");
  });

  it("pull the stack's own image, or from the repository of AWS that the plan names, and no other", async () => {
    const pull = async (image?: string) => {
      const small = smallPlan();
      const rolesOnly: Program = ({ environment, vault, projects }, facts) => {
        const keys = new VaultKeys("keys", { environment, vault, facts });
        const needed = { operationsKeyArn: KEY, secretArns: [], image };
        new Roles("roles", { environment, vault, projects, keys, ...needed, facts });
      };
      const statements = (await Declared.of(small, rolesOnly)).statements("roles-execution-policy");
      return [
        "eu-central-1:123456789012:repository/holdfast-test",
        "eu-west-1:210987654321:repository/tools/jobs",
      ].map((resource) =>
        evaluatePolicy(statements, { action: "ecr:BatchGetImage", resource: `arn:aws:ecr:${resource}` }),
      );
    };
    assert.deepEqual(await pull(), ["allowed", "refused"]);
    assert.deepEqual(await pull("210987654321.dkr.ecr.eu-west-1.amazonaws.com/tools/jobs:1.0.0"), [
      "refused",
      "allowed",
    ]);
    assert.deepEqual(await pull("ghcr.io/acme/holdfast:1.0.0"), ["refused", "refused"]);
  });

  it("keep environments of one account apart, also where one's name begins with the other's", () => {
    const run = (cluster: string) =>
      answer("scheduler", {
        action: "ecs:RunTask",
        resource: `arn:aws:ecs:${REGION}:${ACCOUNT}:task-definition/holdfast-prod_ordak-dump:7`,
        context: { "ecs:cluster": `arn:aws:ecs:${REGION}:${ACCOUNT}:cluster/${cluster}` },
      });
    assert.deepEqual([run("holdfast-prod"), run("holdfast-prod-eu")], ["allowed", "refused"]);
    const log = (group: string) =>
      answer("execution", {
        action: "logs:PutLogEvents",
        resource: `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:/holdfast/${group}/jobs:log-stream:x`,
      });
    assert.deepEqual([log("prod"), log("prod-eu")], ["allowed", "refused"]);
  });

  it("trust tasks, S3 and schedules of this account, and people with a second factor", () => {
    const trust = (role: string, context: PolicyCall["context"]) =>
      evaluatePolicy(prod().statements(`roles-${role}`, "assumeRolePolicy"), {
        action: "sts:AssumeRole",
        resource: "*",
        ...(context && { context }),
      });
    assert.equal(trust("writer", { "aws:SourceAccount": ACCOUNT }), "allowed");
    assert.equal(trust("writer", { "aws:SourceAccount": "999999999999" }), "refused");
    const factor = (age: string) => ({ "aws:MultiFactorAuthPresent": "true", "aws:MultiFactorAuthAge": age });
    assert.equal(trust("break-glass", factor("3600")), "allowed");
    assert.equal(trust("break-glass", factor("3601")), "refused");
    assert.equal(trust("break-glass", {}), "refused");
    assert.equal(trust("restorer", factor("40000")), "allowed");
    const principals = Object.fromEntries(
      ["writer", "break-glass", "replicator", "scheduler"].map((role) => [
        role,
        prod()
          .statements(`roles-${role}`, "assumeRolePolicy")
          .map(({ Principal }) => Principal),
      ]),
    );
    assert.deepEqual(principals, {
      writer: [{ Service: ["ecs-tasks.amazonaws.com"] }],
      "break-glass": [{ AWS: `arn:aws:iam::${ACCOUNT}:root` }],
      replicator: [{ Service: ["s3.amazonaws.com"] }],
      scheduler: [{ Service: ["scheduler.amazonaws.com", "states.amazonaws.com"] }],
    });
  });

  it("give a task the secrets of its project by ARN, and none where the plan names none", async () => {
    const arn = `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:orders-AbCdEf`;
    const named = await Declared.of(smallPlan({}, { connection: { secretArn: arn } }));
    const read = (each: Declared, role: string) =>
      evaluatePolicy(each.statements(`roles-${role}-policy`), {
        action: "secretsmanager:GetSecretValue",
        resource: arn,
      });
    assert.equal(read(named, "writer"), "allowed");
    assert.equal(read(named, "sweeper"), "refused");
    assert.equal(read(prod(), "writer"), "refused");
  });

  it("give those who append evidence the key that signs it, where the plan names its secret by ARN", async () => {
    const arn = `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:evidence-AbCdEf`;
    const keys = { kms: "alias/holdfast-test", signing: { privateKey: { secretArn: arn } } };
    const signed = await Declared.of(smallPlan({ keys }));
    const read = (role: string) =>
      evaluatePolicy(signed.statements(`roles-${role}-policy`), {
        action: "secretsmanager:GetSecretValue",
        resource: arn,
      });
    for (const role of ["writer", "syncer", "restorer", "watcher", "driller"])
      assert.equal(read(role), "allowed", role);
    for (const role of ["auditor", "sweeper"]) assert.equal(read(role), "refused", role);
  });
});
