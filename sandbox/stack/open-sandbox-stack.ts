import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { LocalWorkspace, type Stack } from "@pulumi/pulumi/automation/index.js";
import { parse, stringify } from "yaml";
import { REGION } from "../aws-place.ts";
import { selectPulumiCommand } from "../engine/select-pulumi-command.ts";
import { SANDBOX_PLUGINS } from "../plugins/sandbox-plugins.ts";
import { replaceFile } from "../replace-file.ts";
import { stackPassphrase } from "./stack-passphrase.ts";

/** The program that a person's own stack runs too. */
const PROGRAM = resolve(import.meta.dirname, "../../index.ts");
export const STACK = "sandbox";

/** The services of AWS that the program declares resources of; all of them are at one address here. */
const AWS_SERVICES = [
  ..."cloudwatch ec2 ecr ecs events iam kms logs rds s3".split(" "),
  ..."scheduler secretsmanager sfn sns sqs sts".split(" "),
];

export interface SandboxStackPlace {
  /** Where project file, settings, passphrase and state of the stack are. */
  readonly directory: string;
  /** The protection plan, as written. */
  readonly plan: unknown;
  /** Address of the AWS APIs. */
  readonly awsEndpoint: string;
  /** Credentials, and what the plan's references stand for. */
  readonly environment: Readonly<Record<string, string>>;
}

export interface SandboxStack {
  readonly stack: Stack;
  /** The real Pulumi, or the engine for this machine. */
  readonly engine: "pulumi" | "sandbox";
}

/**
 * The sandbox's stack: the unmodified program under Pulumi's Automation API, with state, passphrase and configuration
 * in a folder. Providers of AWS, PostgreSQL and commands are stand-ins where the real Pulumi is not on PATH.
 */
export async function openSandboxStack(place: SandboxStackPlace): Promise<SandboxStack> {
  // Its PATH is for commands that run drills; here the real Pulumi comes first.
  const {
    directory,
    environment: { PATH: _, ...environment },
  } = place;
  mkdirSync(join(directory, "state"), { recursive: true });
  writeProject(place);
  const { command, isReal } = await selectPulumiCommand({ plugins: SANDBOX_PLUGINS });
  const stack = await LocalWorkspace.createOrSelectStack(
    { stackName: STACK, workDir: directory },
    {
      pulumiCommand: command,
      envVars: { ...environment, PULUMI_CONFIG_PASSPHRASE: stackPassphrase(directory) },
    },
  );
  return { stack, engine: isReal ? "pulumi" : "sandbox" };
}

function writeProject({ directory, plan, awsEndpoint }: SandboxStackPlace): void {
  const project = {
    name: "holdfast",
    runtime: { name: "nodejs", options: { typescript: false } },
    main: relative(directory, PROGRAM),
    backend: { url: `file://${join(directory, "state")}` },
  };
  replaceFile(join(directory, "Pulumi.yaml"), stringify(project));
  const file = join(directory, `Pulumi.${STACK}.yaml`);
  // The salt of the passphrase is in there too, once the stack exists.
  const settings: unknown = existsSync(file) ? parse(readFileSync(file, "utf8")) : {};
  const config = {
    "holdfast:plan": plan,
    "aws:region": REGION,
    "aws:endpoints": [Object.fromEntries(AWS_SERVICES.map((service) => [service, awsEndpoint]))],
    "aws:s3UsePathStyle": true,
    "aws:skipMetadataApiCheck": true,
  };
  replaceFile(file, stringify({ ...(settings as object), config }));
}
