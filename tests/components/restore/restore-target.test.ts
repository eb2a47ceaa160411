import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { rdsIdentifier } from "../../../components/restore/rds-identifier.ts";
import { rdsSizing } from "../../../components/restore/rds-sizing.ts";
import { RestoreTarget, type RestoreTargetArgs } from "../../../components/restore/restore-target.ts";
import type { TargetPurpose } from "../../../components/restore/target-purpose.ts";
import type { ProjectPlan } from "../../../plan/protection-plan.ts";
import { databaseIsPrivate } from "../../../policies/rules/database-is-private.ts";
import { drillTargetIsDisposable } from "../../../policies/rules/drill-target-is-disposable.ts";
import { everythingIsTagged } from "../../../policies/rules/everything-is-tagged.ts";
import { recoveryTargetIsProtected } from "../../../policies/rules/recovery-target-is-protected.ts";
import { judge } from "../../policies/judge.ts";
import { testProject } from "../../support/jobs.ts";
import { ACCOUNT, REGION, type RecordedResource, recordStack } from "../../support/record-stack.ts";

const PASSWORD = "correct horse battery";
const OWNER_PASSWORD = "staple of the owner";
const KEY = `arn:aws:kms:${REGION}:${ACCOUNT}:key/1`;

type Kind<Name> = Extract<RestoreTargetArgs, { kind: Name }>;
type Own<Name> = Omit<Kind<Name>, "environment" | "project" | "purpose" | "facts">;

const SERVER: Own<"server"> = {
  kind: "server",
  host: "db.example.com",
  username: "maker",
  password: pulumi.secret(PASSWORD),
  database: "orders_restored",
  owner: { name: "orders_restorer", password: OWNER_PASSWORD },
  locale: { encoding: "UTF8", collate: "C", ctype: "C" },
  roles: [{ name: "staff" }, { name: "clerk", login: true, memberOf: ["staff", "pg_monitor"] }],
  extensions: [{ name: "pg_trgm" }],
  grants: [
    { role: "clerk", privileges: ["CONNECT"] },
    { role: "public", schema: "public", privileges: ["USAGE"] },
  ],
};
const RDS: Own<"rds"> = {
  kind: "rds",
  subnetIds: ["subnet-1", "subnet-2"],
  securityGroupIds: ["sg-1"],
  keyArn: KEY,
};
const SUPABASE: Own<"supabase"> = {
  kind: "supabase",
  projectName: "orders-drill",
  organization: "acme",
  region: "eu-central-1",
  databasePassword: PASSWORD,
};

async function declare(
  own: Own<"server"> | Own<"rds"> | Own<"supabase">,
  purpose: TargetPurpose,
  project: ProjectPlan = testProject(),
) {
  let target: RestoreTarget | undefined;
  const all = await recordStack(() => {
    const facts = {
      accountId: pulumi.output(ACCOUNT),
      partition: pulumi.output("aws"),
      region: REGION,
      tags: { "holdfast:environment": "test" },
    };
    target = new RestoreTarget("target", { environment: "test", project, purpose, facts, ...own });
  });
  const get = (name: string): RecordedResource => {
    const found = all.find((resource) => resource.name === name);
    assert.ok(found, `${name} among ${all.map((one) => one.name).join(", ")}`);
    return found;
  };
  assert.ok(target);
  return { all, get, target };
}

const kept = ({ protect, retainOnDelete }: RecordedResource) => ({ protect, retainOnDelete });

describe("RestoreTarget on an existing server", () => {
  it("makes database, owner, roles, extensions and grants by one provider, and nothing else", async () => {
    const { all, get } = await declare(SERVER, "drill");
    assert.deepEqual(
      all.map(({ name, type }) => `${type.split(":").at(-1)} ${name}`),
      [
        "RestoreTarget target",
        "Database target-database",
        "Extension target-extension-pg_trgm",
        "Grant target-grant-clerk-database",
        "Grant target-grant-public-public",
        "Role target-owner",
        "Role target-role-clerk",
        "Role target-role-staff",
        "postgresql target-server",
      ],
    );
    assert.deepEqual(get("target-database").inputs, {
      name: "orders_restored",
      owner: "orders_restorer",
      template: "template0",
      encoding: "UTF8",
      lcCollate: "C",
      lcCtype: "C",
    });
    assert.deepEqual(get("target-role-clerk").inputs, {
      name: "clerk",
      login: true,
      bypassRowLevelSecurity: false,
      roles: ["staff", "pg_monitor"],
    });
    assert.deepEqual(get("target-extension-pg_trgm").inputs, {
      name: "pg_trgm",
      schema: "public",
      database: "orders_restored",
    });
    assert.deepEqual(get("target-grant-clerk-database").inputs, {
      role: "clerk",
      database: "orders_restored",
      objectType: "database",
      privileges: ["CONNECT"],
    });
    assert.deepEqual(get("target-grant-public-public").inputs, {
      role: "public",
      database: "orders_restored",
      objectType: "schema",
      schema: "public",
      privileges: ["USAGE"],
    });
    for (const { custom, parent } of all) assert.equal(parent, custom ? "target" : undefined);
    const provided = all.filter(({ type }) => /^postgresql:/.test(type));
    assert.equal(new Set(provided.map(({ provider }) => provider)).size, 1);
    assert.match(String(provided[0]?.provider), /pulumi:providers:postgresql::target-server::/);
  });

  it("hands over passwords as secrets alone, by an encrypted connection", async () => {
    const { all, get } = await declare(SERVER, "drill");
    const provider = get("target-server");
    assert.deepEqual(provider.inputs.password, { secret: PASSWORD });
    assert.equal(provider.inputs.sslmode, "verify-full");
    assert.equal(provider.inputs.superuser, "false");
    const owner = get("target-owner");
    assert.deepEqual(owner.inputs.password, { secret: OWNER_PASSWORD });
    assert.deepEqual(owner.inputs.roles, ["staff", "clerk"]);
    assert.equal(owner.inputs.createRole, false);
    const clear = all.map(({ inputs }) => JSON.stringify(inputs).replaceAll(/\{"secret":"[^"]*"\}/g, ""));
    assert.ok(!clear.join().includes(PASSWORD) && !clear.join().includes(OWNER_PASSWORD));
  });

  it("lets memberships and a connection limit be what the restore makes of them, and roles outlive the database", async () => {
    const { get } = await declare(SERVER, "drill");
    assert.deepEqual(get("target-owner").ignoreChanges, ["roles"]);
    assert.deepEqual(get("target-role-clerk").ignoreChanges, ["roles"]);
    assert.deepEqual(get("target-database").ignoreChanges, ["connectionLimit"]);
    assert.deepEqual(get("target-database").dependsOn, [
      "target-owner",
      "target-role-clerk",
      "target-role-staff",
    ]);
    assert.equal(get("target-extension-pg_trgm").deletedWith, "target-database");
    assert.equal(get("target-grant-clerk-database").deletedWith, "target-database");
  });

  it("can be destroyed after a drill, and is kept after a recovery", async () => {
    for (const purpose of ["drill", "recovery"] as const) {
      const { all } = await declare(SERVER, purpose);
      for (const resource of all.filter(({ type }) => /^postgresql:/.test(type)))
        assert.deepEqual(
          kept(resource),
          { protect: purpose === "recovery", retainOnDelete: purpose === "recovery" },
          resource.name,
        );
    }
  });

  it("tells where the database is, and no secret", async () => {
    const { target } = await declare({ ...SERVER, port: 5433 }, "drill");
    const { host, port, database, user } = target.address;
    const told = pulumi.all([host, port, database, user]);
    assert.deepEqual(await new Promise((resolve) => told.apply(resolve)), [
      "db.example.com",
      5433,
      "orders_restored",
      "orders_restorer",
    ]);
    assert.equal(target.urlVariable, "TARGET_URL");
    assert.deepEqual([target.masterSecretArn, target.ref], [undefined, undefined]);
  });

  it("refuses roles and grants that would undo each other, and takes those that would not", async () => {
    const refused = async (more: Partial<Own<"server">>, message: RegExp) =>
      await assert.rejects(declare({ ...SERVER, ...more }, "drill"), {
        code: "TARGET_ROLES_WRONG",
        exitCode: 2,
        message,
      });
    await refused({ roles: [{ name: "a" }, { name: "a" }] }, /role a is named twice/);
    await refused({ roles: [{ name: "orders_restorer" }] }, /role orders_restorer is named twice/);
    await refused(
      { roles: [{ name: "a", memberOf: ["b"] }, { name: "b" }] },
      /role a is a member of b, which is named after it/,
    );
    await refused({ roles: [{ name: "a", memberOf: ["a"] }] }, /role a is a member of a/);
    const grant = { role: "public", schema: "public", privileges: ["USAGE"] };
    await refused({ grants: [grant, grant] }, /two grants for public on public/);
    await declare({ ...SERVER, grants: [grant, { ...grant, schema: "other" }] }, "drill");
  });
});

describe("RestoreTarget on RDS", () => {
  it("makes a private, encrypted instance whose password only RDS knows", async () => {
    const { all, get, target } = await declare(RDS, "drill");
    assert.deepEqual(
      all.map(({ name }) => name),
      ["target", "target-instance", "target-parameters", "target-subnets"],
    );
    const tags = {
      "holdfast:environment": "test",
      "holdfast:component": "RestoreTarget",
      "holdfast:project": "shop",
      "holdfast:purpose": "drill",
    };
    assert.deepEqual(get("target-instance").inputs, {
      identifier: "holdfast-test-shop-drill",
      engine: "postgres",
      engineVersion: "17",
      instanceClass: "db.t4g.medium",
      allocatedStorage: 20,
      maxAllocatedStorage: 40,
      storageType: "gp3",
      storageEncrypted: true,
      kmsKeyId: KEY,
      dbName: "restored",
      username: "holdfast_admin",
      manageMasterUserPassword: true,
      masterUserSecretKmsKeyId: KEY,
      dbSubnetGroupName: "holdfast-test-shop-drill",
      vpcSecurityGroupIds: ["sg-1"],
      parameterGroupName: "holdfast-test-shop-drill-17",
      publiclyAccessible: false,
      multiAz: false,
      backupRetentionPeriod: 0,
      deleteAutomatedBackups: true,
      deletionProtection: false,
      skipFinalSnapshot: true,
      copyTagsToSnapshot: true,
      applyImmediately: true,
      tags,
    });
    assert.deepEqual(get("target-subnets").inputs.subnetIds, ["subnet-1", "subnet-2"]);
    assert.deepEqual(get("target-parameters").inputs.tags, tags);
    assert.equal(get("target-parameters").inputs.family, "postgres17");
    assert.deepEqual(get("target-parameters").inputs.parameters, [
      { name: "checkpoint_timeout", value: "1800", applyMethod: "immediate" },
      { name: "max_wal_size", value: "8192", applyMethod: "immediate" },
      { name: "max_parallel_maintenance_workers", value: "4", applyMethod: "immediate" },
      { name: "rds.force_ssl", value: "1", applyMethod: "immediate" },
    ]);
    assert.ok(target.masterSecretArn);
  });

  it("is guarded in a recovery: protected, with backups and a last snapshot", async () => {
    const { get } = await declare(
      { ...RDS, multiAz: true, postgresMajor: 16, database: "orders" },
      "recovery",
    );
    const { inputs } = get("target-instance");
    assert.equal(inputs.identifier, "holdfast-test-shop-recovery");
    assert.equal(inputs.deletionProtection, true);
    assert.equal(inputs.skipFinalSnapshot, false);
    assert.equal(inputs.finalSnapshotIdentifier, "holdfast-test-shop-recovery-final");
    assert.equal(inputs.backupRetentionPeriod, 7);
    assert.equal(inputs.deleteAutomatedBackups, false);
    assert.deepEqual([inputs.multiAz, inputs.engineVersion, inputs.dbName], [true, "16", "orders"]);
    assert.equal(get("target-parameters").inputs.family, "postgres16");
  });

  it("keeps the policies, and its instance's kind of protection for all of its parts", async () => {
    const rules = [databaseIsPrivate, drillTargetIsDisposable, recoveryTargetIsProtected, everythingIsTagged];
    for (const purpose of ["drill", "recovery"] as const) {
      const { all } = await declare(RDS, purpose);
      for (const resource of all.filter(({ type }) => /^aws:/.test(type))) {
        const isKept = purpose === "recovery";
        assert.deepEqual(kept(resource), { protect: isKept, retainOnDelete: isKept });
        const { type, inputs, protect } = resource;
        for (const rule of rules) assert.deepEqual(await judge(rule, { type, props: inputs, protect }), []);
      }
    }
  });

  it("has a name that RDS takes, and of its own, however long those of environment and project are", () => {
    const name = (project: string) => rdsIdentifier("holdfast", "production-of-everything", project, "drill");
    assert.equal(name("orders"), "holdfast-production-of-everything-orders-drill");
    const long = name("orders-and-stock-and-everything-else-one");
    assert.equal(long.length, 63);
    assert.match(long, /^holdfast-production-of-everything-orders-and-stock-and-[0-9a-f]{8}$/);
    assert.notEqual(name("orders-and-stock-and-everything-else-two"), long);
    // Cut right behind a hyphen, it would have two.
    assert.match(name(`${"a".repeat(19)}-everything-else-xxx`), /^[a-z-]+-a{19}-[0-9a-f]{8}$/);
  });

  it("is sized by the plan: half as much again of storage, memory by the size of the database", () => {
    const sized = (database?: string) => {
      const { instanceClass, storageGiB, longestStorageGiB } = rdsSizing(
        testProject(database === undefined ? {} : { sizing: { database } }),
      );
      return [instanceClass, storageGiB, longestStorageGiB];
    };
    assert.deepEqual(sized(), ["db.t4g.medium", 20, 40]);
    assert.deepEqual(sized("16 GiB"), ["db.t4g.medium", 24, 48]);
    assert.deepEqual(sized("17 GiB"), ["db.m7g.large", 26, 52]);
    assert.deepEqual(sized("500 GiB"), ["db.r7g.xlarge", 750, 1500]);
    assert.deepEqual(sized("1 TiB"), ["db.r7g.2xlarge", 1536, 3072]);
    assert.deepEqual(sized("60 TiB"), ["db.r7g.4xlarge", 65_536, 65_536]);
  });
});

describe("RestoreTarget at Supabase", () => {
  it("makes a project that a drill deletes and a recovery guards", async () => {
    for (const purpose of ["drill", "recovery"] as const) {
      const { get, all } = await declare({ ...SUPABASE, size: "small" }, purpose);
      const isKept = purpose === "recovery";
      const project = get("target-project");
      const { name, organization, region, size, databasePassword, deletionGuard } = project.inputs;
      assert.deepEqual(
        { name, organization, region, size, databasePassword, deletionGuard },
        {
          name: "orders-drill",
          organization: "acme",
          region: "eu-central-1",
          size: "small",
          databasePassword: { secret: PASSWORD },
          deletionGuard: isKept,
        },
      );
      assert.deepEqual(kept(project), { protect: isKept, retainOnDelete: isKept });
      assert.equal(all.length, 2);
    }
  });

  it("gives a new project point-in-time recovery, which goes with it", async () => {
    for (const purpose of ["drill", "recovery"] as const) {
      const { get, all } = await declare({ ...SUPABASE, pitr: { windowDays: 7 } }, purpose);
      const isKept = purpose === "recovery";
      assert.equal(get("target-project").inputs.size, "small");
      const addon = get("target-pitr");
      assert.equal(addon.inputs.windowDays, 7);
      assert.deepEqual(kept(addon), { protect: isKept, retainOnDelete: isKept });
      assert.deepEqual([addon.deletedWith, all.length], ["target-project", 3]);
    }
    const { get } = await declare({ ...SUPABASE, size: "large", pitr: { windowDays: 28 } }, "drill");
    assert.deepEqual(
      [get("target-project").inputs.size, get("target-pitr").inputs.windowDays],
      ["large", 28],
    );
    const small = { ...SUPABASE, size: "micro", pitr: { windowDays: 7 } } as const;
    await assert.rejects(declare(small, "drill"), {
      code: "TARGET_TOO_SMALL_FOR_PITR",
      exitCode: 2,
      message: /orders-drill.*micro/,
    });
  });

  it("never lets a drill adopt, and so delete, a project that exists", async () => {
    const adopting = { ...SUPABASE, adoptRef: "abcdefghijklmnopqrst" };
    await assert.rejects(declare(adopting, "drill"), {
      code: "ADOPTED_BY_DRILL",
      exitCode: 2,
      message: /abcdefghijklmnopqrst/,
    });
    const { get } = await declare(adopting, "recovery");
    assert.equal(get("target-project").inputs.adoptRef, "abcdefghijklmnopqrst");
  });
});

describe("RestoreTarget's pre-flight", () => {
  it("checks point and target when the target is there, once, with no secret in its inputs", async () => {
    const plan = '{"environment":"test"}';
    const { get } = await declare({ ...SERVER, preFlight: { plan, point: "latest-verified" } }, "drill");
    const check = get("target-pre-flight");
    assert.deepEqual(check.inputs, {
      create:
        'node scripts/restore.ts --plan env:HOLDFAST_PLAN --project shop --dry-run --json --target-env TARGET_URL --point "$POINT" --confirm "$DATABASE"',
      update: ":",
      environment: { POINT: "latest-verified", DATABASE: "orders_restored", HOLDFAST_PLAN: plan },
      triggers: ["db.example.com", "5432", "orders_restored", "latest-verified"],
      logging: "none",
      addPreviousOutputInEnv: false,
    });
    assert.deepEqual(check.additionalSecretOutputs, ["stdout", "stderr"]);
    assert.deepEqual(kept(check), { protect: false, retainOnDelete: false });
    assert.equal(check.customTimeouts.create, "24h");
    assert.deepEqual(check.dependsOn.toSorted(), [
      "target-database",
      "target-extension-pg_trgm",
      "target-grant-clerk-database",
      "target-grant-public-public",
    ]);
  });
});
