import assert from "node:assert/strict";
import { DumpJob } from "../../../components/jobs/dump-job.ts";
import { StorageSync } from "../../../components/jobs/storage-sync.ts";
import type { ProtectionPlan } from "../../../plan/protection-plan.ts";
import { noPlaintextSecrets } from "../../../policies/rules/no-plaintext-secrets.ts";
import { scheduleCannotFailSilently } from "../../../policies/rules/schedule-cannot-fail-silently.ts";
import { judge } from "../../policies/judge.ts";
import { ACCOUNT, REGION } from "../../support/record-stack.ts";
import { declareRuntime, roleArn } from "../support/job-runtime.ts";
import { Declared, smallPlan } from "../support/protection.ts";

const SECRET_ARN = `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:holdfast/test/ORDERS_URL-AbCdEf`;
const PLAN = '{"environment":"test"}';

const TIERS = {
  nightly: { schedule: "0 2 * * *", retain: { days: 7 } },
  weekly: { schedule: "0 3 * * 0", retain: { count: 4 } },
  checkpoint: { retain: { days: 7 } },
};
const BUCKETS = [{ bucket: "order_photos" }, { bucket: "a b", schedule: "15 * * * *" }, { bucket: "a-b" }];

/** A job of the plan's project, without what it shares with others. */
async function declare(kind: "dump" | "sync", plan: ProtectionPlan, name = "job"): Promise<Declared> {
  const declared = await Declared.of(plan, ({ environment, projects }, facts) => {
    const [project] = projects;
    assert.ok(project);
    const runtime = declareRuntime(plan, facts);
    const secrets = { ORDERS_URL: SECRET_ARN };
    const shared = { environment, project, runtime, plan: PLAN, secrets, facts };
    if (kind === "dump") new DumpJob(name, { ...shared, writerRoleArn: roleArn("writer") });
    else new StorageSync(name, { ...shared, syncerRoleArn: roleArn("syncer") });
  });
  return new Declared(declared.all.filter(({ name }) => /^job(?:[-.]|$)/.test(name)));
}

const supabase = { kind: "supabase", ref: "abcdefghijklmnopqrst" };
const withStorage = (storage: readonly object[]) =>
  smallPlan(
    {},
    {
      ...supabase,
      storage,
      storageAccess: { accessKeyId: { env: "ID" }, secretAccessKey: { env: "KEY" } },
    },
  );

/** A schedule as far as it differs from others: name, expression, and what the task is to run. */
const schedules = (declared: Declared) =>
  declared.of("aws:scheduler/schedule:Schedule").map(({ inputs }) => {
    const target: { input?: string } = Object(inputs.target);
    const { containerOverrides } = JSON.parse(target.input ?? "{}");
    return [inputs.name, inputs.scheduleExpression, containerOverrides] as const;
  });

const overriding = (...command: string[]) => [{ name: "job", command: ["node", ...command] }];

function container(declared: Declared) {
  const [definition, ...others] = declared.of("aws:ecs/taskDefinition:TaskDefinition");
  assert.ok(definition && others.length === 0);
  const [only, ...more] = JSON.parse(String(definition.inputs.containerDefinitions));
  assert.equal(more.length, 0);
  return only;
}

describe("DumpJob", () => {
  let declared: Declared;
  before(async () => {
    declared = await declare("dump", smallPlan({}, { tiers: TIERS }));
  });

  it("is one task, and a schedule for each tier that has one", () => {
    assert.deepEqual(declared.counts(), {
      "aws:ecs/taskDefinition:TaskDefinition": 1,
      "aws:scheduler/schedule:Schedule": 2,
      "holdfast:jobs:DumpJob": 1,
      "holdfast:jobs:JobSchedule": 2,
      "holdfast:jobs:JobTask": 1,
    });
    const command = ["scripts/backup.ts", "--plan", "env:HOLDFAST_PLAN", "--project", "orders", "--tier"];
    assert.deepEqual(schedules(declared), [
      ["orders.nightly", "cron(0 2 * * ? *)", overriding(...command, "nightly")],
      ["orders.weekly", "cron(0 3 ? * SUN *)", overriding(...command, "weekly")],
    ]);
  });

  it("stands below its component", () => {
    const parents = declared.all.map(({ name, parent }) => [name, parent]);
    assert.deepEqual(parents, [
      ["job", undefined],
      ["job-nightly", "job"],
      ["job-nightly-schedule", "job-nightly"],
      ["job-task", "job"],
      ["job-task-definition", "job-task"],
      ["job-weekly", "job"],
      ["job-weekly-schedule", "job-weekly"],
    ]);
  });

  it("runs in UTC, is tried again for an hour, and leaves what failed in the queue", async () => {
    for (const { inputs, type } of declared.of("aws:scheduler/schedule:Schedule")) {
      assert.equal(inputs.scheduleExpressionTimezone, "UTC");
      assert.equal(inputs.state, "ENABLED");
      assert.equal(inputs.groupName, "holdfast-test");
      assert.deepEqual(inputs.flexibleTimeWindow, { mode: "OFF" });
      const { input: _, ...target }: Record<string, unknown> = Object(inputs.target);
      assert.deepEqual(target, {
        arn: `arn:aws:ecs:${REGION}:${ACCOUNT}:cluster/holdfast-test`,
        roleArn: roleArn("scheduler"),
        deadLetterConfig: { arn: `arn:aws:sqs:${REGION}:${ACCOUNT}:holdfast-test-dead-letters` },
        retryPolicy: { maximumRetryAttempts: 5, maximumEventAgeInSeconds: 3_600 },
        ecsParameters: {
          taskDefinitionArn: `arn:aws:ecs:${REGION}:${ACCOUNT}:task-definition/holdfast-test_orders-dump:1`,
          launchType: "FARGATE",
          platformVersion: "LATEST",
          taskCount: 1,
          networkConfiguration: {
            assignPublicIp: true,
            subnets: ["runtime-network-public-1-id", "runtime-network-public-2-id"],
            securityGroups: ["runtime-network-group-id"],
          },
        },
      });
      assert.deepEqual(await judge(scheduleCannotFailSilently, { type, props: inputs }), []);
    }
  });

  it("is a task as the plan sizes it, with two roles of its own", () => {
    const { containerDefinitions: _, ...inputs } = declared.get("job-task-definition").inputs;
    assert.deepEqual(inputs, {
      family: "holdfast-test_orders-dump",
      requiresCompatibilities: ["FARGATE"],
      networkMode: "awsvpc",
      runtimePlatform: { cpuArchitecture: "ARM64", operatingSystemFamily: "LINUX" },
      cpu: "1024",
      memory: "2048",
      executionRoleArn: roleArn("execution"),
      taskRoleArn: roleArn("writer"),
      tags: {
        "holdfast:environment": "test",
        "holdfast:component": "JobTask",
        "holdfast:project": "orders",
      },
    });
  });

  it("is a container that cannot change itself, with its plan by value and its secrets by reference", async () => {
    assert.deepEqual(container(declared), {
      name: "job",
      image: `${ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com/holdfast-test:1.2.3`,
      essential: true,
      command: ["node", "scripts/backup.ts", "--plan", "env:HOLDFAST_PLAN", "--project", "orders"],
      environment: [
        { name: "HOLDFAST_PLAN", value: PLAN },
        { name: "HOLDFAST_METRICS", value: "emf" },
        { name: "HOLDFAST_TIMEOUT_SECONDS", value: "21600" },
      ],
      secrets: [{ name: "ORDERS_URL", valueFrom: SECRET_ARN }],
      readonlyRootFilesystem: true,
      user: "node",
      stopTimeout: 120,
      linuxParameters: { initProcessEnabled: true },
      logConfiguration: {
        logDriver: "awslogs",
        options: {
          "awslogs-group": "/holdfast/test/jobs",
          "awslogs-region": REGION,
          "awslogs-stream-prefix": "orders-dump",
        },
      },
    });
    for (const { type, inputs } of declared.all)
      assert.deepEqual(await judge(noPlaintextSecrets, { type, props: inputs }), []);
  });

  it("without a schedule is a task that people start", async () => {
    const tiers = { checkpoint: { retain: { days: 7 } } };
    assert.deepEqual(
      (await declare("dump", smallPlan({}, { ...supabase, pitr: { windowDays: 7 }, tiers }))).counts(),
      {
        "aws:ecs/taskDefinition:TaskDefinition": 1,
        "holdfast:jobs:DumpJob": 1,
        "holdfast:jobs:JobTask": 1,
      },
    );
  });
});

describe("StorageSync", () => {
  let declared: Declared;
  before(async () => {
    declared = await declare("sync", withStorage(BUCKETS));
  });

  it("is one task, and a schedule for each bucket", () => {
    assert.deepEqual(declared.counts(), {
      "aws:ecs/taskDefinition:TaskDefinition": 1,
      "aws:scheduler/schedule:Schedule": 3,
      "holdfast:jobs:JobSchedule": 3,
      "holdfast:jobs:JobTask": 1,
      "holdfast:jobs:StorageSync": 1,
    });
    const { family, taskRoleArn } = declared.get("job-task-definition").inputs;
    assert.deepEqual([family, taskRoleArn], ["holdfast-test_orders-sync", roleArn("syncer")]);
    assert.equal(container(declared).command.at(1), "scripts/sync.ts");
  });

  it("keeps apart buckets whose names differ in signs that a schedule may not have", () => {
    const command = ["scripts/sync.ts", "--plan", "env:HOLDFAST_PLAN", "--project", "orders"];
    assert.deepEqual(schedules(declared), [
      ["orders.sync.a-b-c8687a08", "cron(15 * * * ? *)", overriding(...command, "--bucket=a b")],
      ["orders.sync.a-b", "cron(30 2 * * ? *)", overriding(...command, "--bucket=a-b")],
      ["orders.sync.order_photos", "cron(30 2 * * ? *)", overriding(...command, "--bucket=order_photos")],
    ]);
  });

  it("has a schedule for each shard of a bucket that is shared out, of the same task", async () => {
    const shared = await declare("sync", withStorage([{ bucket: "order_photos", shards: 2 }]));
    assert.deepEqual(shared.counts(), {
      "aws:ecs/taskDefinition:TaskDefinition": 1,
      "aws:scheduler/schedule:Schedule": 2,
      "holdfast:jobs:JobSchedule": 2,
      "holdfast:jobs:JobTask": 1,
      "holdfast:jobs:StorageSync": 1,
    });
    const command = ["scripts/sync.ts", "--plan", "env:HOLDFAST_PLAN", "--project", "orders"];
    assert.deepEqual(
      schedules(shared),
      [1, 2].map((number) => [
        `orders.sync-${number}.order_photos`,
        "cron(30 2 * * ? *)",
        overriding(...command, "--bucket=order_photos", `--shard=${number}/2`),
      ]),
    );
  });

  it("keeps shards apart from buckets that are called as a bucket with a number", async () => {
    const buckets = [{ bucket: "photos", shards: 2 }, { bucket: "photos.1" }, { bucket: "photos-1" }];
    const near = await declare("sync", withStorage(buckets));
    const resources = near.of("aws:scheduler/schedule:Schedule").map(({ name }) => name);
    const names = schedules(near).map(([name]) => name);
    assert.deepEqual([new Set(resources).size, new Set(names).size], [4, 4]);
  });

  it("keeps its buckets apart from those of a project whose name goes on where its own ends", async () => {
    const near = (bucket: string, name: string) => declare("sync", withStorage([{ bucket }]), name);
    // Of projects `a` and `a-sync`.
    const both = [await near("sync-x", "job-a-sync"), await near("x", "job-a-sync-sync")];
    const resources = both.flatMap(({ all }) => all.map(({ type, name }) => `${type} ${name}`));
    assert.equal(resources.length, 10);
    assert.equal(new Set(resources).size, 10);
  });

  it("has schedules of 64 signs at most, whatever project and bucket are called", async () => {
    const plan = withStorage([
      { bucket: "ü".repeat(100) },
      { bucket: `${"ü".repeat(99)}x` },
      { bucket: "y".repeat(100), shards: 16 },
    ]);
    const [project] = plan.projects;
    assert.ok(project);
    const long = { ...plan, projects: [{ ...project, name: "p".repeat(40) }] };
    const names = schedules(await declare("sync", long)).map(([name]) => String(name));
    assert.equal(new Set(names).size, 18);
    for (const name of names) assert.match(name, /^[0-9a-zA-Z_.-]{63,64}$/);
  });
});
