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

  it("let the sweeper end uploads to mirrors and clear their index, and touch no mirrored object", () => {
    const asked = (action: string, path: string) =>
      answer("sweeper", { action: `s3:${action}`, resource: `${BUCKET}/ordak/${path}` });
    const object = "storage/order_photos/ab/abcd";
    const segment = "storage-index/order_photos/run/000000";
    const record = "storage-runs/order_photos/0000000001";
    for (const path of [object, segment, record])
      for (const action of ["AbortMultipartUpload", "ListMultipartUploadParts"])
        assert.equal(asked(action, path), "allowed", `${action} ${path}`);
    assert.equal(asked("DeleteObjectVersion", segment), "allowed");
    assert.equal(asked("GetObjectVersion", record), "allowed");
    for (const action of ["GetObject", "GetObjectVersion", "DeleteObject", "DeleteObjectVersion"])
      assert.equal(asked(action, object), "refused", action);
    assert.equal(asked("DeleteObjectVersion", record), "refused");
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
        resource: `arn:aws:ecs:${REGION}:${ACCOUNT}:task-definition/holdfast-prod-ordak-dump:7`,
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

  it("read what S3 sealed object by object, as it does where a bucket's key is off", () => {
    const object = `${BUCKET}/ordak/points/nightly/x/manifest.json`;
    assert.equal(answer("restorer", throughS3("kms:Decrypt", object)), "allowed");
    assert.equal(answer("restorer", throughS3("kms:Decrypt", "arn:aws:s3:::stranger/x")), "refused");
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
    const many = await Declared.of({ ...small, projects: projects.slice(0, 8) }, rolesOnly);
    const more = await Declared.of({ ...small, projects }, rolesOnly);
    const long = (letter: string, length: number) => letter.repeat(length);
    const longest = await Declared.of(
      {
        ...small,
        environment: long("e", 40),
        vault: {
          ...small.vault,
          bucket: long("v", 63),
          replicaBucket: long("r", 63),
          replicaRegion: "ap-southeast-2",
          keys: { kms: "alias/vault", replicaKms: "alias/replica", signing: { kms: "alias/evidence" } },
        },
        projects: Array.from({ length: 8 }, (_, at) => ({
          ...project,
          name: long(String.fromCharCode(97 + at), 40),
        })),
      },
      rolesOnly,
    );
    for (const each of [declared, many, more, longest]) {
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

  it("give those who append evidence the key that signs it, where the plan names its secret by ARN", async () => {
    const arn = `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:evidence-AbCdEf`;
    const keys = { kms: "alias/holdfast-test", signing: { privateKey: { secretArn: arn } } };
    const signed = await Declared.of(smallPlan({ keys }));
    const read = (role: string) =>
      evaluatePolicy(signed.statements(`roles-${role}-policy`), {
        action: "secretsmanager:GetSecretValue",
        resource: arn,
      });
    for (const role of ["writer", "syncer", "restorer"]) assert.equal(read(role), "allowed", role);
    for (const role of ["auditor", "sweeper"]) assert.equal(read(role), "refused", role);
  });

  it("has nothing of a vault where the plan's store is outside AWS", async () => {
    const plan = smallPlan({ endpoint: "https://s3.example.com", keys: { escrowPublicKey: PUBLIC_KEY } });
    const elsewhere = await Declared.of(plan);
    const names = elsewhere.of("aws:iam/rolePolicy:RolePolicy").map(({ name }) => name);
    assert.deepEqual(names, ["roles-execution-policy", "roles-scheduler-policy"]);
  });
});

const ENDPOINT = "https://storage.example.com/s3";
const PUBLIC_KEY = "-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----";
