import assert from "node:assert/strict";
import { Roles } from "../../../components/iam/roles.ts";
import { VaultKeys } from "../../../components/vault/vault-keys.ts";
import { evaluatePolicy, type PolicyCall } from "../../support/evaluate-policy.ts";
import { Declared, type Program, smallPlan } from "../support/protection.ts";
import { BUCKET, KEY, opening, prodRoles, SIGNING_KEY, throughS3 } from "./support/prod-roles.ts";

const PUBLIC_KEY = "-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----";

describe("the roles' policies, by AWS's written rules", () => {
  const { answer, prod } = prodRoles();

  it("let only the restorer, drills and break-glass open chunks", () => {
    const answers = Object.fromEntries(
      [
        "writer",
        "syncer",
        "restorer",
        "auditor",
        "sweeper",
        "watcher",
        "driller",
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
      watcher: "refused",
      driller: "allowed",
      "break-glass": "allowed",
      replicator: "refused",
      scheduler: "refused",
      execution: "refused",
    });
  });

  it("let whoever reads or writes pass S3's own encryption of the vault, which opens no chunk", () => {
    for (const role of ["writer", "syncer", "restorer", "auditor", "watcher", "break-glass"]) {
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
    for (const { inputs, name } of prod().of("aws:iam/rolePolicy:RolePolicy")) {
      const statements = JSON.parse(String(inputs.policy)).Statement;
      const expected = name === "roles-break-glass-policy" ? "allowed" : "refused";
      for (const call of calls)
        assert.equal(evaluatePolicy(statements, call), expected, `${name} ${call.action}`);
    }
  });

  it("let evidence be signed by one algorithm, by those who append it", () => {
    const sign = (role: string, algorithm: string) =>
      answer(role, {
        action: "kms:Sign",
        resource: SIGNING_KEY,
        context: { "kms:SigningAlgorithm": algorithm },
      });
    for (const role of ["writer", "syncer", "restorer", "watcher", "driller"])
      assert.equal(sign(role, "ECDSA_SHA_256"), "allowed");
    assert.equal(sign("writer", "ECDSA_SHA_384"), "refused");
    assert.equal(sign("auditor", "ECDSA_SHA_256"), "refused");
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
    for (const each of [prod(), many, more, longest]) {
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
      for (const { name, inputs } of prod().all.filter(
        (one) => one.type.startsWith("aws:iam/") && one.inputs[input],
      )) {
        for (const { Action, Principal } of JSON.parse(String(inputs[input])).Statement) {
          assert.ok(!JSON.stringify(Action).includes("*"), `${name}: ${Action}`);
          assert.ok(!JSON.stringify(Principal ?? "").includes("*"), `${name}: ${JSON.stringify(Principal)}`);
        }
      }
    }
  });

  it("has nothing of a vault where the plan's store is outside AWS", async () => {
    const plan = smallPlan({ endpoint: "https://s3.example.com", keys: { escrowPublicKey: PUBLIC_KEY } });
    const elsewhere = await Declared.of(plan);
    const names = elsewhere.of("aws:iam/rolePolicy:RolePolicy").map(({ name }) => name);
    assert.deepEqual(names, ["roles-execution-policy", "roles-scheduler-policy"]);
  });
});
