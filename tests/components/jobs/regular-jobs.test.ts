import assert from "node:assert/strict";
import { DrillSchedule } from "../../../components/jobs/drill-schedule.ts";
import { WORK_DIRECTORY } from "../../../components/jobs/job-task.ts";
import { SweepSchedule } from "../../../components/jobs/sweep-schedule.ts";
import { Watch } from "../../../components/jobs/watch.ts";
import { noPlaintextSecrets } from "../../../policies/rules/no-plaintext-secrets.ts";
import { scheduleCannotFailSilently } from "../../../policies/rules/schedule-cannot-fail-silently.ts";
import { judge } from "../../policies/judge.ts";
import { ACCOUNT, REGION } from "../../support/record-stack.ts";
import { declareRuntime, roleArn } from "../support/job-runtime.ts";
import { Declared, smallPlan } from "../support/protection.ts";

const SECRET_ARN = `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:holdfast/test/TOKEN-AbCdEf`;
const SECRETS = { TOKEN: SECRET_ARN };
const PLAN = '{"environment":"test"}';

async function declare(kind: "watch" | "sweep" | "drill"): Promise<Declared> {
  const declared = await Declared.of(smallPlan(), (plan, facts) => {
    const { environment, projects } = plan;
    const [project] = projects;
    assert.ok(project);
    const shared = { environment, runtime: declareRuntime(plan, facts), plan: PLAN, facts };
    if (kind === "watch")
      new Watch("job", { ...shared, watcherRoleArn: roleArn("watcher"), secrets: SECRETS });
    else if (kind === "sweep") new SweepSchedule("job", { ...shared, sweeperRoleArn: roleArn("sweeper") });
    else
      new DrillSchedule("job", { ...shared, project, drillerRoleArn: roleArn("driller"), secrets: SECRETS });
  });
  return new Declared(declared.all.filter(({ name }) => name === "job" || name.startsWith("job-")));
}

/** Task definition and schedule, which each of these has one of. */
function partsOf(declared: Declared) {
  const [task, ...tasks] = declared.of("aws:ecs/taskDefinition:TaskDefinition");
  const [schedule, ...schedules] = declared.of("aws:scheduler/schedule:Schedule");
  assert.ok(task && schedule && tasks.length + schedules.length === 0);
  const [container, ...containers] = JSON.parse(String(task.inputs.containerDefinitions));
  assert.equal(containers.length, 0);
  const { containerDefinitions: _, ...definition } = task.inputs;
  return { definition, container, schedule: schedule.inputs };
}

const COMMON = {
  requiresCompatibilities: ["FARGATE"],
  networkMode: "awsvpc",
  executionRoleArn: roleArn("execution"),
};
const TAGS = { "holdfast:environment": "test", "holdfast:component": "JobTask" };
const PLATFORM = { cpuArchitecture: "ARM64", operatingSystemFamily: "LINUX" };

describe("the jobs of an environment, and drills", () => {
  const cases = {
    watch: {
      component: "holdfast:jobs:Watch",
      schedule: ["watch", "cron(0,5,10,15,20,25,30,35,40,45,50,55 * * * ? *)"],
      command: ["scripts/watch.ts", "--plan", "env:HOLDFAST_PLAN"],
      definition: {
        family: "holdfast-test_watch",
        cpu: "512",
        memory: "1024",
        taskRoleArn: roleArn("watcher"),
        tags: TAGS,
      },
      secrets: [{ name: "TOKEN", valueFrom: SECRET_ARN }],
      stream: "watch",
    },
    sweep: {
      component: "holdfast:jobs:SweepSchedule",
      schedule: ["sweep", "cron(20 6 * * ? *)"],
      command: ["scripts/sweep.ts", "--plan", "env:HOLDFAST_PLAN", "--all", "--yes"],
      definition: {
        family: "holdfast-test_sweep",
        cpu: "512",
        memory: "1024",
        taskRoleArn: roleArn("sweeper"),
        tags: TAGS,
      },
      secrets: [],
      stream: "sweep",
    },
    drill: {
      component: "holdfast:jobs:DrillSchedule",
      schedule: ["orders.drills", "cron(10 * * * ? *)"],
      command: ["scripts/drill.ts", "--plan", "env:HOLDFAST_PLAN", "--due", "--project", "orders"],
      definition: {
        family: "holdfast-test_orders-drill",
        cpu: "1024",
        memory: "2048",
        taskRoleArn: roleArn("driller"),
        tags: { ...TAGS, "holdfast:project": "orders" },
        volumes: [{ name: "work" }],
      },
      secrets: [{ name: "TOKEN", valueFrom: SECRET_ARN }],
      stream: "orders-drill",
    },
  } as const;

  for (const kind of ["watch", "sweep", "drill"] as const)
    it(`${kind} is one task with a role and a size of its own, and one schedule that cannot fail silently`, async () => {
      const expected = cases[kind];
      const declared = await declare(kind);
      assert.deepEqual(declared.counts(), {
        "aws:ecs/taskDefinition:TaskDefinition": 1,
        "aws:scheduler/schedule:Schedule": 1,
        [expected.component]: 1,
        "holdfast:jobs:JobSchedule": 1,
        "holdfast:jobs:JobTask": 1,
      });
      const { definition, container, schedule } = partsOf(declared);
      assert.deepEqual(definition, { ...COMMON, ...expected.definition, runtimePlatform: PLATFORM });
      assert.deepEqual([schedule.name, schedule.scheduleExpression], expected.schedule);
      assert.equal(Object(schedule.target).input, undefined);
      const family = expected.definition.family;
      assert.equal(
        Object(schedule.target).ecsParameters.taskDefinitionArn,
        `arn:aws:ecs:${REGION}:${ACCOUNT}:task-definition/${family}:1`,
      );
      assert.deepEqual(container.command, ["node", ...expected.command]);
      assert.deepEqual(container.secrets, expected.secrets);
      assert.deepEqual(container.environment, [
        { name: "HOLDFAST_PLAN", value: PLAN },
        { name: "HOLDFAST_METRICS", value: "emf" },
        // A pass of the watch is over in seconds; the others may take what the plan gives a job.
        { name: "HOLDFAST_TIMEOUT_SECONDS", value: kind === "watch" ? "900" : "21600" },
      ]);
      assert.equal(container.logConfiguration.options["awslogs-stream-prefix"], expected.stream);
      for (const { type, inputs } of declared.all)
        for (const rule of [noPlaintextSecrets, scheduleCannotFailSilently])
          assert.deepEqual(await judge(rule, { type, props: inputs }), []);
    });

  it("all run as an ordinary user on a file system that cannot be changed, drills with one directory that can", async () => {
    for (const kind of ["watch", "sweep", "drill"] as const) {
      const { container } = partsOf(await declare(kind));
      assert.deepEqual([container.readonlyRootFilesystem, container.user], [true, "node"], kind);
      const mounts = [{ sourceVolume: "work", containerPath: WORK_DIRECTORY, readOnly: false }];
      assert.deepEqual(container.mountPoints, kind === "drill" ? mounts : undefined, kind);
    }
  });
});
