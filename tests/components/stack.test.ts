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
  "aws:cloudwatch/eventRule:EventRule": 3,
  "aws:cloudwatch/eventTarget:EventTarget": 3,
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
  "aws:ecs/taskDefinition:TaskDefinition": 3,
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
  "aws:scheduler/schedule:Schedule": 4,
  "aws:scheduler/scheduleGroup:ScheduleGroup": 1,
  "aws:secretsmanager/secret:Secret": 4,
  "aws:sns/topic:Topic": 3,
  "aws:sns/topicPolicy:TopicPolicy": 3,
  "aws:sns/topicSubscription:TopicSubscription": 3,
  "aws:sqs/queue:Queue": 1,
  "holdfast:iam:Roles": 1,
  "holdfast:index:ProtectedEnvironment": 1,
  "holdfast:jobs:DumpJob": 2,
  "holdfast:jobs:JobNetwork": 1,
  "holdfast:jobs:JobRuntime": 1,
  "holdfast:jobs:JobSchedule": 4,
  "holdfast:jobs:JobSecrets": 1,
  "holdfast:jobs:JobTask": 3,
  "holdfast:jobs:ProjectJobs": 1,
  "holdfast:jobs:StorageSync": 1,
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
  prod: { ...counts(4, 2, 4, 9, 15), "aws:s3/bucketReplicationConfig:BucketReplicationConfig": 1 },
  staging: counts(2, 1, 3, 8, 13),
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

    it("gives each task the secrets of its project alone, and each of them a place", () => {
      const own = declared.of("aws:ecs/taskDefinition:TaskDefinition").map(({ inputs }) => {
        const [{ secrets }] = JSON.parse(String(inputs.containerDefinitions));
        return [inputs.family, secrets.map(({ name }: { name: string }) => name)];
      });
      const prefix = stack === "prod" ? "" : "STAGING_";
      assert.deepEqual(own, [
        [`holdfast-${stack}-coppercore-dump`, [`COPPERCORE_${prefix}DATABASE_URL`]],
        [`holdfast-${stack}-ordak-dump`, [`ORDAK_${prefix}DATABASE_URL`]],
        [
          `holdfast-${stack}-ordak-sync`,
          [
            `ORDAK_${prefix}DATABASE_URL`,
            `ORDAK_${prefix}STORAGE_ACCESS_KEY_ID`,
            `ORDAK_${prefix}STORAGE_SECRET_ACCESS_KEY`,
          ],
        ],
      ]);
      const made = declared.of("aws:secretsmanager/secret:Secret").map(({ inputs }) => String(inputs.name));
      const used = own.flatMap(([, names]) => names).map((name) => `holdfast/${stack}/${name}`);
      assert.deepEqual(made.toSorted(), [...new Set(used)].sort());
    });
  });
}

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
