import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { parse } from "yaml";
import { noPlaintextSecrets } from "../../policies/rules/no-plaintext-secrets.ts";
import { judge } from "../policies/judge.ts";
import { REGION, recordStack } from "../support/record-stack.ts";
import { ESCROW_PEM } from "./support/escrow-pem.ts";
import { Declared } from "./support/protection.ts";

const ROOT = join(import.meta.dirname, "../..");

/** The shipped plan as it stands in the stack's file, with the escrow key that its owner puts there. */
function shipped(stack: string) {
  const plan = parse(readFileSync(join(ROOT, `Pulumi.${stack}.yaml`), "utf8")).config["holdfast:plan"];
  return { ...plan, vault: { ...plan.vault, keys: { ...plan.vault.keys, escrowPublicKey: ESCROW_PEM } } };
}

let runs = 0;

/** What the program declares and tells. A program is a module, which each run needs anew. */
async function run(plan: object, region = REGION) {
  let outputs: Record<string, unknown> = {};
  runs += 1;
  const program = async () => {
    const told: object = await import(`../../index.ts?run=${runs}`);
    pulumi.output(told).apply((values) => {
      outputs = { ...values };
    });
  };
  const config = { "holdfast:plan": JSON.stringify(plan), "aws:region": region };
  const declared = new Declared(await recordStack(program, { config }));
  return { declared, outputs };
}

/** Counts that grow with the replica region. */
const counts = (buckets: number, locked: number, keys: number, roles: number, alarms: number) => ({
  "aws:cloudwatch/dashboard:Dashboard": 1,
  "aws:cloudwatch/eventRule:EventRule": 4,
  "aws:cloudwatch/eventTarget:EventTarget": 4,
  "aws:cloudwatch/logGroup:LogGroup": 1,
  "aws:cloudwatch/metricAlarm:MetricAlarm": alarms,
  "aws:ec2/internetGateway:InternetGateway": 1,
  "aws:ec2/route:Route": 1,
  "aws:ec2/routeTable:RouteTable": 1,
  "aws:ec2/routeTableAssociation:RouteTableAssociation": 2,
  "aws:ec2/securityGroup:SecurityGroup": 1,
  "aws:ec2/subnet:Subnet": 2,
  "aws:ec2/vpc:Vpc": 1,
  "aws:ec2/vpcEndpoint:VpcEndpoint": 1,
  "aws:ecr/lifecyclePolicy:LifecyclePolicy": 1,
  "aws:ecr/repository:Repository": 1,
  "aws:ecs/cluster:Cluster": 1,
  "aws:ecs/taskDefinition:TaskDefinition": 7,
  "aws:iam/role:Role": roles,
  "aws:iam/rolePolicy:RolePolicy": roles,
  "aws:kms/alias:Alias": keys,
  "aws:kms/key:Key": keys,
  "aws:s3/bucket:Bucket": buckets,
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": buckets,
  "aws:s3/bucketLogging:BucketLogging": locked,
  "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration": locked,
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": buckets,
  "aws:s3/bucketPolicy:BucketPolicy": buckets,
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": buckets,
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": buckets,
  "aws:s3/bucketVersioning:BucketVersioning": buckets,
  "aws:scheduler/schedule:Schedule": 8,
  "aws:scheduler/scheduleGroup:ScheduleGroup": 1,
  "aws:secretsmanager/secret:Secret": 7,
  "aws:sns/topic:Topic": 3,
  "aws:sns/topicPolicy:TopicPolicy": 3,
  "aws:sns/topicSubscription:TopicSubscription": 3,
  "aws:sqs/queue:Queue": 1,
  "holdfast:iam:Roles": 1,
  "holdfast:index:ProtectedEnvironment": 1,
  "holdfast:jobs:DrillSchedule": 2,
  "holdfast:jobs:DumpJob": 2,
  "holdfast:jobs:JobNetwork": 1,
  "holdfast:jobs:JobRuntime": 1,
  "holdfast:jobs:JobSchedule": 8,
  "holdfast:jobs:JobSecrets": 1,
  "holdfast:jobs:JobTask": 7,
  "holdfast:jobs:ProjectJobs": 1,
  "holdfast:jobs:StorageSync": 1,
  "holdfast:jobs:SweepSchedule": 1,
  "holdfast:jobs:Watch": 1,
  "holdfast:monitoring:AlertTopics": 1,
  "holdfast:monitoring:Alarms": 1,
  "holdfast:monitoring:Dashboard": 1,
  "holdfast:supabase:ProtectedProject": 2,
  "holdfast:vault:ExportVault": 1,
  "holdfast:vault:OperationsKey": 1,
  "holdfast:vault:VaultKeys": 1,
  "pulumi-nodejs:dynamic/supabase:ComputeAddon": 2,
  "pulumi-nodejs:dynamic/supabase:PitrAddon": 2,
  "pulumi-nodejs:dynamic/supabase:SslEnforcement": 2,
});

const EXPECTED = {
  prod: {
    ...counts(4, 2, 4, 12, 27),
    "aws:cloudwatch/eventRule:EventRule": 5,
    "aws:cloudwatch/eventTarget:EventTarget": 5,
    "aws:s3/bucketReplicationConfig:BucketReplicationConfig": 1,
    "holdfast:monitoring:ReplicaCalls": 1,
  },
  staging: counts(2, 1, 3, 10, 25),
};

/** Types that the scripts' and the alarms' permissions know by the environment's name. */
const NAMED = /:(?:Cluster|TaskDefinition|Queue|Repository|Role|Topic|MetricAlarm|ScheduleGroup)$/;
/** Values that stand for what the machine's environment holds while the program runs. */
const ENVIRONMENT = {
  SUPABASE_ACCESS_TOKEN: "sbp_0123456789abcdef0123456789abcdef01234567",
  ORDAK_DATABASE_URL: "postgres://postgres:hunter2@db.example.com:5432/postgres",
  COPPERCORE_DATABASE_URL: "postgres://postgres:hunter2@db.example.com:5432/postgres",
};

for (const stack of ["prod", "staging"] as const) {
  describe(`the program with the shipped plan of ${stack}`, () => {
    let declared: Declared;
    let outputs: Record<string, unknown>;
    before(async () => {
      Object.assign(process.env, ENVIRONMENT);
      ({ declared, outputs } = await run(shipped(stack)));
    });
    after(() => {
      for (const name of Object.keys(ENVIRONMENT)) delete process.env[name];
    });

    it("declares so many of each type", () => {
      assert.deepEqual(declared.counts(), EXPECTED[stack]);
    });

    it("has one component for AWS and one for each project, and everything below", () => {
      const top = declared.all.filter(({ parent }) => parent === undefined).map(({ name }) => name);
      assert.deepEqual(top, ["coppercore", `holdfast-${stack}`, "ordak"]);
      for (const { name, parent } of declared.all)
        if (parent !== undefined) assert.ok(name.startsWith(`${parent}-`), `${name} below ${parent}`);
      const names = declared.all.map(({ type, name }) => `${type} ${name}`);
      assert.equal(new Set(names).size, names.length);
    });

    it("uses one provider, ignores no change, and names what roles are bound to", () => {
      for (const { type, name, inputs, provider, ignoreChanges } of declared.all) {
        assert.equal(provider, "", name);
        assert.deepEqual(ignoreChanges, [], name);
        if (NAMED.test(type))
          assert.match(String(inputs.name ?? inputs.family), new RegExp(`^holdfast-${stack}`));
      }
    });

    it("says of everything which environment and component it belongs to", () => {
      const tagged = declared.all.filter(({ inputs }) => inputs.tags !== undefined);
      assert.ok(tagged.length > 50, String(tagged.length));
      for (const { name, inputs } of tagged) {
        const tags: Record<string, string> = Object(inputs.tags);
        assert.equal(tags["holdfast:environment"], stack, name);
        assert.match(tags["holdfast:component"] ?? "", /^[A-Z][A-Za-z]+$/, name);
      }
    });

    it("holds no secret: not of its environment, not in a task, not in an output", async () => {
      const text = JSON.stringify([declared.all, outputs]);
      for (const value of [...Object.values(ENVIRONMENT), "hunter2"]) assert.ok(!text.includes(value), value);
      assert.doesNotMatch(text, /PRIVATE KEY|AKIA[A-Z0-9]{16}/);
      for (const { type, inputs, name } of declared.all) {
        assert.deepEqual(await judge(noPlaintextSecrets, { type, props: inputs }), [], name);
        if (type === "aws:secretsmanager/secret:Secret") assert.ok(!("secretString" in inputs));
      }
    });

    it("tells what scripts and people ask for", () => {
      const arn = (service: string, rest: string) => `arn:aws:${service}:${REGION}:123456789012:${rest}`;
      const repository = `123456789012.dkr.ecr.${REGION}.amazonaws.com/holdfast-${stack}`;
      const { jobImage, ...rest } = outputs;
      assert.match(String(jobImage), new RegExp(`^${repository}:\\d+\\.\\d+\\.\\d+$`));
      assert.deepEqual(rest, {
        environment: stack,
        vaultBucket: `holdfast-${stack}-vault`,
        projects: ["coppercore", "ordak"],
        pitrWindowDays: { coppercore: 7, ordak: 7 },
        imageRepository: repository,
        jobCluster: arn("ecs", `cluster/holdfast-${stack}`),
        jobLog: `/holdfast/${stack}/jobs`,
        alertTopics: {
          critical: arn("sns", `holdfast-${stack}-critical`),
          warning: arn("sns", `holdfast-${stack}-warning`),
          info: arn("sns", `holdfast-${stack}-info`),
        },
        egressAddress: undefined,
      });
    });

    it("starts each job at its times, by the names that audits look for", () => {
      const named = declared.of("aws:scheduler/schedule:Schedule").map(({ inputs }) => String(inputs.name));
      const of = (name: string) => declared.all.find(({ inputs }) => inputs.name === name)?.inputs;
      assert.deepEqual(named.toSorted(), [
        "coppercore.drills",
        "coppercore.nightly",
        "ordak.drills",
        "ordak.monthly",
        "ordak.sync.order_photos",
        "ordak.weekly",
        "sweep",
        "watch",
      ]);
      const expressions = ["ordak.drills", "sweep", "watch"].map((name) => of(name)?.scheduleExpression);
      const fives = Array.from({ length: 12 }, (_, index) => index * 5).join(",");
      assert.deepEqual(expressions, ["cron(10 * * * ? *)", "cron(20 6 * * ? *)", `cron(${fives} * * * ? *)`]);
    });

    it("gives each task the secrets of its project alone, and each of them a place", () => {
      const own = declared.of("aws:ecs/taskDefinition:TaskDefinition").map(({ inputs }) => {
        const [{ secrets }] = JSON.parse(String(inputs.containerDefinitions));
        return [inputs.family, secrets.map(({ name }: { name: string }) => name)];
      });
      const prefix = stack === "prod" ? "" : "STAGING_";
      const drill = ["PULUMI_CONFIG_PASSPHRASE", "SUPABASE_ACCESS_TOKEN"];
      assert.deepEqual(own, [
        [`holdfast-${stack}_coppercore-drill`, drill],
        [`holdfast-${stack}_coppercore-dump`, [`COPPERCORE_${prefix}DATABASE_URL`]],
        [`holdfast-${stack}_ordak-drill`, drill],
        [`holdfast-${stack}_ordak-dump`, [`ORDAK_${prefix}DATABASE_URL`]],
        [
          `holdfast-${stack}_ordak-sync`,
          [
            `ORDAK_${prefix}DATABASE_URL`,
            `ORDAK_${prefix}STORAGE_ACCESS_KEY_ID`,
            `ORDAK_${prefix}STORAGE_SECRET_ACCESS_KEY`,
          ],
        ],
        [`holdfast-${stack}_sweep`, []],
        [`holdfast-${stack}_watch`, ["HOLDFAST_CHAT_WEBHOOK_URL", "SUPABASE_ACCESS_TOKEN"]],
      ]);
      const made = declared.of("aws:secretsmanager/secret:Secret").map(({ inputs }) => String(inputs.name));
      const used = own.flatMap(([, names]) => names).map((name) => `holdfast/${stack}/${name}`);
      assert.deepEqual(made.toSorted(), [...new Set(used)].sort());
    });
  });
}

describe("the program with a cap on backups at once", () => {
  const project = (name: string, tiers: object) => ({
    ...{ name, kind: "postgres", connection: { env: "ORDERS_URL" }, tiers },
  });
  const nightly = { nightly: { schedule: "0 2 * * *" } };
  const planned = (job: object) => ({
    ...{ environment: "test", job },
    vault: { bucket: "holdfast-test", region: REGION, keys: { kms: "alias/holdfast-test" } },
    projects: [
      project("orders", { ...nightly, weekly: { schedule: "*/30 3 * * 0" } }),
      project("stock", nightly),
      project("late", { nightly: { schedule: "0 4 * * *" } }),
    ],
  });

  it("starts them by a map for each tier and time, in place of a schedule for each project", async () => {
    const without = (await run(planned({}))).declared;
    const { declared } = await run(planned({ concurrency: 5 }));
    const maps = 3;
    const [schedules = 0, jobs = 0] = ["aws:scheduler/schedule:Schedule", "holdfast:jobs:JobSchedule"].map(
      (type) => without.counts()[type],
    );
    assert.deepEqual(declared.counts(), {
      ...without.counts(),
      "aws:scheduler/schedule:Schedule": schedules - 4 + maps,
      "holdfast:jobs:JobSchedule": jobs - 4,
      "holdfast:jobs:ProjectMap": maps,
      "aws:sfn/stateMachine:StateMachine": maps,
    });
    const machines = declared.of("aws:sfn/stateMachine:StateMachine").map(({ inputs }) => {
      const { List, Projects } = JSON.parse(String(inputs.definition)).States;
      const names = List.Result.projects.map(({ project: of }: { project: string }) => of);
      return [String(inputs.name), names, Projects.MaxConcurrency];
    });
    const [sunday] = machines.filter(([name]) => /weekly/.test(name));
    assert.match(String(sunday?.[0]), /^holdfast-test_x-30_3_x_-[0-9a-f]{8}-weekly$/);
    assert.deepEqual(machines, [
      ["holdfast-test_0_2_x_x_x-nightly", ["orders", "stock"], 5],
      ["holdfast-test_0_4_x_x_x-nightly", ["late"], 5],
      [sunday?.[0], ["orders"], 5],
    ]);
    const named = declared.of("aws:scheduler/schedule:Schedule").map(({ inputs }) => String(inputs.name));
    assert.deepEqual(named.filter((name) => /nightly|weekly/.test(name)).slice(0, 2), [
      "0_2_x_x_x.map.nightly",
      "0_4_x_x_x.map.nightly",
    ]);
  });
});

describe("the program with a store outside AWS", () => {
  const elsewhere = {
    environment: "test",
    vault: {
      bucket: "points",
      region: "eu-central-1",
      endpoint: "https://s3.example.com",
      lock: { mode: "none" },
      keys: { escrowPublicKey: ESCROW_PEM },
    },
    projects: [{ name: "orders", kind: "postgres", connection: { env: "ORDERS_URL" } }],
  };

  it("declares nothing of AWS, and asks it nothing", async () => {
    const { declared, outputs } = await run(elsewhere);
    assert.deepEqual(declared.counts(), {});
    const { environment, vaultBucket, projects, pitrWindowDays, ...aws } = outputs;
    assert.deepEqual(
      [environment, vaultBucket, projects, pitrWindowDays],
      ["test", "points", ["orders"], {}],
    );
    assert.deepEqual(
      Object.values(aws).filter((value) => value !== undefined),
      [],
    );
  });

  it("keeps Supabase's settings all the same", async () => {
    const project = { name: "shop", ref: "abcdefghijklmnopqrst", connection: { env: "URL" } };
    const { declared } = await run({
      ...elsewhere,
      projects: [{ ...project, pitr: { windowDays: 7 }, sslEnforcement: true }],
    });
    assert.deepEqual(declared.counts(), {
      "holdfast:supabase:ProtectedProject": 1,
      "pulumi-nodejs:dynamic/supabase:PitrAddon": 1,
      "pulumi-nodejs:dynamic/supabase:SslEnforcement": 1,
    });
  });

  it("declares the vault when KMS is named, too: then it is AWS under other names", async () => {
    const { vault, ...rest } = elsewhere;
    const keys = { kms: "alias/holdfast-test" };
    const { declared } = await run({
      ...rest,
      vault: { ...vault, keys, lock: {}, kmsEndpoint: "https://kms.example.com" },
    });
    assert.equal(declared.get("holdfast-test-vault-bucket").inputs.bucket, "points");
  });
});
