import assert from "node:assert/strict";
import { Roles } from "../../../components/iam/roles.ts";
import { VaultKeys } from "../../../components/vault/vault-keys.ts";
import { evaluatePolicy, type PolicyCall } from "../../support/evaluate-policy.ts";
import { ACCOUNT, REGION } from "../../support/record-stack.ts";
import { Declared, type Program, shippedPlan, smallPlan } from "../support/protection.ts";

const BUCKET = "arn:aws:s3:::holdfast-prod-vault";
const KEY = `arn:aws:kms:${REGION}:${ACCOUNT}:key/keys-vault-1234567`;
const REPLICA_KEY = `arn:aws:kms:eu-west-1:${ACCOUNT}:key/keys-replica-1234567`;
const SIGNING_KEY = `arn:aws:kms:${REGION}:${ACCOUNT}:key/keys-signing-1234567`;

/** What a job's own encryption sends with a call of KMS. */
function opening(chunk: string, { project = "ordak", resource = KEY } = {}): PolicyCall {
  const context = {
    "kms:EncryptionContext:project": project,
    "kms:EncryptionContext:point": "nightly_20260101_020000",
    "kms:EncryptionContext:chunk": chunk,
  };
  return { action: "kms:Decrypt", resource, context };
}

/** What S3 sends when it adds or takes off its own encryption. */
function throughS3(action: string, bucket = BUCKET): PolicyCall {
  return {
    action,
    resource: KEY,
    context: {
      "kms:ViaService": `s3.${REGION}.amazonaws.com`,
      "kms:EncryptionContext:aws:s3:arn": bucket,
    },
  };
}

describe("the roles' policies, by AWS's written rules", () => {
  let declared: Declared;
  before(async () => {
    declared = await Declared.of(shippedPlan("prod"));
  });
  const answer = (role: string, call: PolicyCall) =>
    evaluatePolicy(declared.statements(`roles-${role}-policy`), call);

  it("let only the restorer and break-glass open chunks", () => {
    const answers = Object.fromEntries(
      [
        "writer",
        "syncer",
        "restorer",
        "auditor",
        "sweeper",
        "break-glass",
        "replicator",
        "scheduler",
        "execution",
      ].map((role) => [role, answer(role, opening("data/public.orders/0"))]),
    );
    assert.deepEqual(answers, {
      writer: "refused",
      syncer: "refused",
      restorer: "allowed",
      auditor: "refused",
      sweeper: "refused",
      "break-glass": "allowed",
      replicator: "refused",
      scheduler: "refused",
      execution: "refused",
    });
  });

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

  it("let whoever reads or writes pass S3's own encryption of the vault, which opens no chunk", () => {
    for (const role of ["writer", "syncer", "restorer", "auditor", "break-glass"]) {
      assert.equal(answer(role, throughS3("kms:Decrypt")), "allowed", role);
      assert.equal(answer(role, throughS3("kms:Decrypt", "arn:aws:s3:::other")), "refused", role);
    }
    for (const role of ["writer", "syncer", "restorer"]) {
      assert.equal(answer(role, throughS3("kms:GenerateDataKey")), "allowed", role);
    }
    assert.equal(answer("auditor", throughS3("kms:GenerateDataKey")), "refused");
  });

  it("let nobody but break-glass bypass a lock, delete versions of what stands, or end a key", () => {
    const calls: PolicyCall[] = [
      { action: "s3:BypassGovernanceRetention", resource: `${BUCKET}/ordak/points/weekly/x/manifest.json` },
      { action: "s3:DeleteObjectVersion", resource: `${BUCKET}/evidence/prod/0000000001.json` },
      { action: "kms:DisableKey", resource: KEY },
      { action: "kms:ScheduleKeyDeletion", resource: KEY },
    ];
    for (const { inputs, name } of declared.of("aws:iam/rolePolicy:RolePolicy")) {
      const statements = JSON.parse(String(inputs.policy)).Statement;
      const expected = name === "roles-break-glass-policy" ? "allowed" : "refused";
      for (const call of calls)
        assert.equal(evaluatePolicy(statements, call), expected, `${name} ${call.action}`);
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

  it("let evidence be signed by one algorithm, by those who append it", () => {
    const sign = (role: string, algorithm: string) =>
      answer(role, {
        action: "kms:Sign",
        resource: SIGNING_KEY,
        context: { "kms:SigningAlgorithm": algorithm },
      });
    for (const role of ["writer", "syncer", "restorer"]) assert.equal(sign(role, "ECDSA_SHA_256"), "allowed");
    assert.equal(sign("writer", "ECDSA_SHA_384"), "refused");
    assert.equal(sign("auditor", "ECDSA_SHA_256"), "refused");
  });

  it("start the environment's own tasks with the roles of tasks, and pass them to ECS alone", () => {
    const pass = (role: string, service: string) =>
      answer("scheduler", {
        action: "iam:PassRole",
        resource: `arn:aws:iam::${ACCOUNT}:role/holdfast-prod-${role}`,
        context: { "iam:PassedToService": service },
      });
    assert.equal(pass("writer", "ecs-tasks.amazonaws.com"), "allowed");
    assert.equal(pass("writer", "lambda.amazonaws.com"), "refused");
    assert.equal(pass("break-glass", "ecs-tasks.amazonaws.com"), "refused");
    const start = (family: string, cluster: string) =>
      answer("scheduler", {
        action: "ecs:RunTask",
        resource: `arn:aws:ecs:${REGION}:${ACCOUNT}:task-definition/${family}:3`,
        context: { "ecs:cluster": `arn:aws:ecs:${REGION}:${ACCOUNT}:cluster/${cluster}` },
      });
    assert.equal(start("holdfast-prod-backup", "holdfast-prod"), "allowed");
    assert.equal(start("holdfast-prod-backup", "other"), "refused");
    assert.equal(start("other", "holdfast-prod"), "refused");
  });

  it("trust tasks, S3 and schedules of this account, and people with a second factor", () => {
    const trust = (role: string, context: PolicyCall["context"]) =>
      evaluatePolicy(declared.statements(`roles-${role}`, "assumeRolePolicy"), {
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
        declared.statements(`roles-${role}`, "assumeRolePolicy").map(({ Principal }) => Principal),
      ]),
    );
    assert.deepEqual(principals, {
      writer: [{ Service: ["ecs-tasks.amazonaws.com"] }],
      "break-glass": [{ AWS: `arn:aws:iam::${ACCOUNT}:root` }],
      replicator: [{ Service: ["s3.amazonaws.com"] }],
      scheduler: [{ Service: ["scheduler.amazonaws.com", "states.amazonaws.com"] }],
    });
  });

  it("fit into what IAM takes, whatever the number of projects", async () => {
    const small = smallPlan();
    const [project] = small.projects;
    assert.ok(project);
    const projects = Array.from({ length: 200 }, (_, index) => ({ ...project, name: `project-${index}` }));
    const rolesOnly: Program = ({ environment, vault, projects }, facts) => {
      const keys = new VaultKeys("keys", { environment, vault, facts });
      const needed = { operationsKeyArn: KEY, secretArns: [] };
      new Roles("roles", { environment, vault, projects, keys, ...needed, facts });
    };
    const many = await Declared.of({ ...small, projects: projects.slice(0, 10) }, rolesOnly);
    const more = await Declared.of({ ...small, projects }, rolesOnly);
    for (const each of [declared, many, more]) {
      for (const { name, inputs } of each.of("aws:iam/rolePolicy:RolePolicy"))
        assert.ok(String(inputs.policy).length <= 10_240, `${name}: ${String(inputs.policy).length}`);
    }
    const write = (key: string) =>
      evaluatePolicy(more.statements("roles-writer-policy"), {
        action: "s3:PutObject",
        resource: `arn:aws:s3:::holdfast-test/${key}`,
      });
    assert.equal(write("project-199/points/nightly/x/manifest.json"), "allowed");
    assert.equal(write("project-199/storage/photos/ab/cd"), "refused");
  });

  it("name neither a wildcard of actions nor everybody", () => {
    for (const input of ["policy", "assumeRolePolicy"]) {
      for (const { name, inputs } of declared.all.filter(
        (one) => one.type.startsWith("aws:iam/") && one.inputs[input],
      )) {
        for (const { Action, Principal } of JSON.parse(String(inputs[input])).Statement) {
          assert.ok(!JSON.stringify(Action).includes("*"), `${name}: ${Action}`);
          assert.ok(!JSON.stringify(Principal ?? "").includes("*"), `${name}: ${JSON.stringify(Principal)}`);
        }
      }
    }
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
    assert.equal(read(declared, "writer"), "refused");
  });

  it("has nothing of a vault where the plan's store is outside AWS", async () => {
    const plan = smallPlan({ endpoint: "https://s3.example.com", keys: { escrowPublicKey: PUBLIC_KEY } });
    const elsewhere = await Declared.of(plan);
    const names = elsewhere.of("aws:iam/rolePolicy:RolePolicy").map(({ name }) => name);
    assert.deepEqual(names, ["roles-execution-policy", "roles-scheduler-policy"]);
  });
});

const PUBLIC_KEY = "-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----";
