import type { ContainerDefinition, TaskDefinition } from "@aws-sdk/client-ecs";
import { ECS } from "@aws-sdk/client-ecs";
import { STS } from "@aws-sdk/client-sts";
import { HoldfastError } from "../../plan/holdfast-error.ts";
import { runContainer, type TaskOutcome } from "./run-container.ts";
import { clientOf, type TaskAws } from "./task-aws.ts";
import { type ContainerOverride, readOverrides } from "./task-overrides.ts";
import { readTaskSecrets } from "./task-secrets.ts";

export interface TaskRun {
  /** Family (its newest revision), `family:revision`, or ARN. */
  readonly taskDefinition: string;
  /** A schedule's target input, or the `Overrides` of a Step Functions task: text or object. @default none */
  readonly input?: unknown;
  readonly aws: TaskAws;
  /** The project: what the image holds. The command runs here. */
  readonly directory: string;
  /** What the image starts with, from its ENTRYPOINT, where the definition names none. @default [] */
  readonly imageEntryPoint?: readonly string[];
  /** What the image sets, by ENV. @default nothing */
  readonly imageEnvironment?: Readonly<Record<string, string>>;
  /**
   * Whose credentials the task gets: those of its role, for servers that enforce policies; or the given ones.
   * @default "given"
   */
  readonly credentials?: "role" | "given";
  /** Longest time it may run, in seconds; then it is told to stop, and killed after its stop timeout. @default 3600 */
  readonly timeoutSeconds?: number;
  readonly signal?: AbortSignal;
  /** Gets each line that it prints, without secrets. */
  readonly onLine?: (line: string) => void;
}

export interface TaskResult extends TaskOutcome {
  /** The revision that was run. */
  readonly taskDefinitionArn: string;
}

const DEFAULT_TIMEOUT_SECONDS = 3600;
/** What ECS waits between telling a container to stop and killing it, in seconds. */
const DEFAULT_STOP_SECONDS = 30;

/**
 * Runs a declared task on this machine as ECS would in a container: command, environment and secrets are what its
 * definition says, and nothing of the caller's. What cannot be had here is the image, its user, and bounds of CPU and memory.
 * @throws HoldfastError TASK_UNKNOWN, TASK_UNSUPPORTED, TASK_INPUT_INVALID, TASK_SECRET_MISSING; a task that fails is a result
 * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
 */
export async function runTask(run: TaskRun): Promise<TaskResult> {
  const definition = await describe(run);
  const container = onlyContainer(definition);
  const override = overrideOf(readOverrides(run.input), container, definition);
  const [program, ...options] = commandOf(container, override, run.imageEntryPoint ?? []);
  if (program === undefined) throw unsupported(definition, "names no command");
  const secrets = await readTaskSecrets(run.aws, container.secrets ?? []);
  const outcome = await runContainer({
    // The Node of the image is the one that runs this.
    argv: [program === "node" ? process.execPath : program, ...options],
    environment: {
      ...minimalEnvironment(),
      ...run.imageEnvironment,
      ...(await awsEnvironment(run, definition)),
      ...namedValues(container.environment),
      ...secrets,
      ...override.environment,
    },
    secrets: Object.values(secrets),
    directory: run.directory,
    timeoutSeconds: run.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS,
    stopSeconds: container.stopTimeout ?? DEFAULT_STOP_SECONDS,
    ...(run.signal ? { signal: run.signal } : {}),
    ...(run.onLine ? { onLine: run.onLine } : {}),
  });
  return { ...outcome, taskDefinitionArn: definition.taskDefinitionArn ?? "" };
}

async function describe({ aws, taskDefinition }: TaskRun): Promise<TaskDefinition> {
  const ecs = new ECS(clientOf(aws));
  try {
    const { taskDefinition: found } = await ecs.describeTaskDefinition({ taskDefinition });
    if (found?.status === "ACTIVE") return found;
    throw new Error(found ? "it is deregistered" : "it does not exist");
  } catch (cause) {
    throw new HoldfastError({
      code: "TASK_UNKNOWN",
      message: `The task definition ${taskDefinition} cannot be run: ${(cause as Error).message}.`,
      hint: "Apply the stack, and name a family, family:revision or ARN that it declares.",
      exitCode: 2,
      cause,
    });
  } finally {
    ecs.destroy();
  }
}

function onlyContainer(definition: TaskDefinition): ContainerDefinition {
  const [container, ...others] = definition.containerDefinitions ?? [];
  if (!container || others.length > 0)
    throw unsupported(definition, `has ${others.length + (container ? 1 : 0)} containers, not one`);
  const files = container.environmentFiles?.length ?? 0;
  if (files > 0) throw unsupported(definition, "takes environment variables from files");
  return container;
}

function overrideOf(
  overrides: readonly ContainerOverride[],
  container: ContainerDefinition,
  definition: TaskDefinition,
): ContainerOverride {
  const other = overrides.find(({ name }) => name !== container.name);
  if (other) throw unsupported(definition, `has no container ${other.name}, which the input overrides`);
  return overrides[0] ?? { name: container.name ?? "", environment: {} };
}

function commandOf(
  { entryPoint = [], command = [] }: ContainerDefinition,
  override: ContainerOverride,
  imageEntryPoint: readonly string[],
): readonly string[] {
  const first = entryPoint.length > 0 ? entryPoint : imageEntryPoint;
  return [...first, ...(override.command ?? command)];
}

/** What any program needs of the machine, as the image would give it. */
function minimalEnvironment(): Record<string, string> {
  const kept = ["PATH", "HOME", "TMPDIR", "LANG"].flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(kept);
}

/** What ECS puts in: the region and credentials; and where AWS is on this machine. */
async function awsEnvironment(run: TaskRun, definition: TaskDefinition): Promise<Record<string, string>> {
  const { endpoint, region, ...given } = run.aws;
  const isRole = run.credentials === "role" && definition.taskRoleArn !== undefined;
  const own = isRole ? await assume(run.aws, definition.taskRoleArn) : given;
  return {
    ...{ AWS_REGION: region, AWS_DEFAULT_REGION: region, AWS_ENDPOINT_URL: endpoint },
    ...{ AWS_ACCESS_KEY_ID: own.accessKeyId, AWS_SECRET_ACCESS_KEY: own.secretAccessKey },
    ...(own.sessionToken ? { AWS_SESSION_TOKEN: own.sessionToken } : {}),
    // The account of whoever uses this machine stays out of reach.
    ...{
      AWS_EC2_METADATA_DISABLED: "true",
      AWS_CONFIG_FILE: "/dev/null",
      AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
    },
  };
}

async function assume(aws: TaskAws, role: string | undefined) {
  const sts = new STS(clientOf(aws));
  try {
    const { Credentials: made } = await sts.assumeRole({ RoleArn: role, RoleSessionName: "task" });
    const { AccessKeyId = "", SecretAccessKey = "", SessionToken } = made ?? {};
    const token = SessionToken ? { sessionToken: SessionToken } : {};
    return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, ...token };
  } finally {
    sts.destroy();
  }
}

function namedValues(pairs: ContainerDefinition["environment"] = []): Record<string, string> {
  return Object.fromEntries(pairs.map(({ name = "", value = "" }) => [name, value]));
}

function unsupported({ taskDefinitionArn }: TaskDefinition, why: string): HoldfastError {
  return new HoldfastError({
    code: "TASK_UNSUPPORTED",
    message: `The task definition ${taskDefinitionArn} ${why}.`,
    hint: "A task that runs on this machine has one container, and its definition or input names the command.",
    exitCode: 2,
  });
}
