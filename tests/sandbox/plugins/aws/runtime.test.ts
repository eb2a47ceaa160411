import assert from "node:assert/strict";
import { ECR } from "@aws-sdk/client-ecr";
import { ECS } from "@aws-sdk/client-ecs";
import { Scheduler } from "@aws-sdk/client-scheduler";
import { SecretsManager } from "@aws-sdk/client-secrets-manager";
import { SFN } from "@aws-sdk/client-sfn";
import * as ecr from "@pulumi/aws/ecr/index.js";
import * as ecs from "@pulumi/aws/ecs/index.js";
import * as scheduler from "@pulumi/aws/scheduler/index.js";
import * as secretsmanager from "@pulumi/aws/secretsmanager/index.js";
import * as sfn from "@pulumi/aws/sfn/index.js";
import { getAws } from "../../../support/servers.ts";
import { AwsStack } from "./support/aws-stack.ts";

const ROLE = "arn:aws:iam::000000000000:role/task";

interface Runtime {
  readonly tags?: Record<string, string>;
  readonly command?: string;
  readonly hour?: number;
  readonly keep?: number;
  readonly suffix?: string;
}

/** Every type that jobs run by. */
function runtime({ tags = { a: "1" }, command = "backup", hour = 2, keep = 10, suffix = "" }: Runtime = {}) {
  return async () => {
    const named = (name: string) => ({ name: `${name}${suffix}`, tags });
    const cluster = new ecs.Cluster("cluster", {
      ...named("runtime"),
      settings: [{ name: "containerInsights", value: keep === 10 ? "enabled" : "disabled" }],
    });
    const secret = new secretsmanager.Secret("secret", {
      ...{ ...named("runtime/URL"), description: `kept ${keep}`, recoveryWindowInDays: 0 },
    });
    const container = {
      ...{ name: "job", image: "registry/holdfast:1", command: ["node", `scripts/${command}.ts`] },
      environment: [
        { name: "B", value: "2" },
        { name: "A", value: "1" },
      ],
    };
    const containerDefinitions = secret.arn.apply((valueFrom) =>
      JSON.stringify([{ ...container, secrets: [{ name: "URL", valueFrom }] }]),
    );
    const task = new ecs.TaskDefinition("task", {
      ...{ family: `runtime${suffix}`, containerDefinitions, cpu: "512", memory: "1024", tags },
      ...{ networkMode: "awsvpc", requiresCompatibilities: ["FARGATE"], taskRoleArn: ROLE },
      ...{ executionRoleArn: ROLE, ephemeralStorage: { sizeInGib: 30 } },
      runtimePlatform: { cpuArchitecture: "ARM64", operatingSystemFamily: "LINUX" },
    });
    const images = new ecr.Repository("images", {
      ...named("runtime"),
      imageTagMutability: keep === 10 ? "IMMUTABLE" : "MUTABLE",
      imageScanningConfiguration: { scanOnPush: true },
    });
    const selection = { tagStatus: "any", countType: "imageCountMoreThan", countNumber: keep } as const;
    new ecr.LifecyclePolicy("old-images", {
      repository: images.name,
      policy: { rules: [{ rulePriority: 1, selection, action: { type: "expire" } }] },
    });
    const group = new scheduler.ScheduleGroup("group", named("runtime"));
    new scheduler.Schedule("nightly", {
      ...{ name: "nightly", groupName: group.name, scheduleExpression: `cron(0 ${hour} * * ? *)` },
      ...{ flexibleTimeWindow: { mode: "OFF" }, state: "ENABLED" },
      target: {
        ...{ arn: cluster.arn, roleArn: ROLE, input: JSON.stringify({ containerOverrides: [] }) },
        retryPolicy: { maximumEventAgeInSeconds: 3600, maximumRetryAttempts: 2 },
        deadLetterConfig: { arn: "arn:aws:sqs:eu-west-2:000000000000:dead" },
        ecsParameters: {
          ...{ taskDefinitionArn: task.arn, launchType: "FARGATE" },
          networkConfiguration: { subnets: ["subnet-1"], securityGroups: ["sg-1"], assignPublicIp: true },
        },
      },
    });
    const states = { Wait: { Type: "Wait", Seconds: keep, End: true } };
    const machine = new sfn.StateMachine("machine", {
      ...{ ...named("runtime"), roleArn: ROLE },
      definition: JSON.stringify({ StartAt: "Wait", States: states }, null, 2),
      loggingConfiguration: { level: "ERROR", includeExecutionData: false, logDestination: `${LOGS}:*` },
    });
    return {
      cluster: cluster.arn,
      task: task.arn,
      secret: secret.arn,
      machine: machine.arn,
      url: images.repositoryUrl,
    };
  };
}

const LOGS = "arn:aws:logs:eu-west-2:000000000000:log-group:runtime";

describe("the types that jobs run by", function () {
  this.timeout(120_000);
  let stack: AwsStack;
  before(async () => {
    stack = await AwsStack.open();
  });
  after(() => stack.project.remove());

  it("are made, left alone, changed, seen to have drifted, mended, replaced and removed", async () => {
    const aws = await getAws();
    const apis = clients(aws);
    assert.deepEqual(await stack.up(runtime()), { create: 9 });
    const first = (await stack.outputs()) as Record<string, string>;
    assert.match(first.task ?? "", /:task-definition\/runtime:1$/);
    assert.match(first.url ?? "", /\/runtime$/);
    assert.deepEqual(await stack.up(runtime()), { same: 9 });
    assert.deepEqual(await stack.refresh(), { same: 9 });
    const other: Runtime = { tags: { b: "2" }, command: "verify", hour: 3, keep: 20 };
    // Another command is another revision; the schedule follows it.
    assert.deepEqual(await stack.up(runtime(other)), { replace: 1, same: 1, update: 7 });
    const ids = (await stack.outputs()) as Record<string, string>;
    assert.match(ids.task ?? "", /:task-definition\/runtime:2$/);
    const before = await apis.ecs.describeTaskDefinition({ taskDefinition: first.task });
    assert.equal(before.taskDefinition?.status, "INACTIVE");
    assert.deepEqual(await stack.up(runtime(other)), { same: 9 });
    await drift(apis, ids);
    const drifted = { same: 3, update: 6 };
    assert.deepEqual(await stack.refresh(), drifted);
    assert.deepEqual(await stack.up(runtime(other)), drifted);
    // What somebody has removed is made again.
    await apis.scheduler.deleteSchedule({ GroupName: "runtime", Name: "nightly" });
    assert.deepEqual(await stack.refresh(), { same: 8, delete: 1 });
    assert.deepEqual(await stack.up(runtime(other)), { same: 8, create: 1 });
    assert.deepEqual(await stack.up(runtime({ ...other, suffix: "-2" })), { replace: 8, same: 1 });
    await stack.destroy();
    const { taskDefinitionArns } = await apis.ecs.listTaskDefinitions({ familyPrefix: "runtime-2" });
    assert.deepEqual(taskDefinitionArns, []);
  });

  it("refuse what is not supported, by name", async () => {
    const program = async () => {
      new ecs.Cluster("cluster", { serviceConnectDefaults: { namespace: "x" } });
    };
    await assert.rejects(
      stack.up(program),
      /serviceConnectDefaults: aws:ecs\/cluster:Cluster has no such property/,
    );
  });
});

function clients({ endpoint, region }: { readonly endpoint: string; readonly region: string }) {
  const options = { endpoint, region };
  return {
    ecr: new ECR(options),
    ecs: new ECS(options),
    scheduler: new Scheduler(options),
    secrets: new SecretsManager(options),
    sfn: new SFN(options),
  };
}

/** Changes one thing of each resource by hand. */
async function drift(apis: ReturnType<typeof clients>, ids: Record<string, string>): Promise<void> {
  const { cluster = "", secret = "", machine = "", task = "" } = ids;
  await apis.ecs.updateClusterSettings({
    cluster,
    settings: [{ name: "containerInsights", value: "enabled" }],
  });
  await apis.ecs.tagResource({ resourceArn: task, tags: [{ key: "by", value: "hand" }] });
  await apis.secrets.updateSecret({ SecretId: secret, Description: "by hand" });
  await apis.ecr.putImageTagMutability({ repositoryName: "runtime", imageTagMutability: "IMMUTABLE" });
  const definition = JSON.stringify({ StartAt: "End", States: { End: { Type: "Succeed" } } });
  await apis.sfn.updateStateMachine({ stateMachineArn: machine, definition });
  const {
    Arn: _,
    CreationDate: _created,
    LastModificationDate: _modified,
    $metadata: _metadata,
    ...schedule
  } = await apis.scheduler.getSchedule({ GroupName: "runtime", Name: "nightly" });
  await apis.scheduler.updateSchedule({
    ...{
      ...schedule,
      Name: "nightly",
      Target: schedule.Target,
      FlexibleTimeWindow: schedule.FlexibleTimeWindow,
    },
    ...{ ScheduleExpression: "cron(0 9 * * ? *)", State: "DISABLED" },
  });
}
