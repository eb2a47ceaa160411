import { join } from "node:path";
import type { PulumiFn, Stack } from "@pulumi/pulumi/automation/index.js";
import { getAws } from "../../../../support/servers.ts";
import { EngineProject, ROOT } from "../../../engine/support/engine-project.ts";

const SERVICES =
  "cloudwatch,ec2,ecs,ecr,events,iam,kms,logs,rds,s3,scheduler,secretsmanager,sfn,sns,sqs,sts".split(",");

export interface AwsStackOptions {
  /** @default the server that all tests of a run share */
  readonly endpoint?: string;
  /** Settings of the provider besides those that reach the server. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** A stack on the sandbox's engine with the AWS plug-in and an empty program. */
export class AwsStack {
  readonly project: EngineProject;
  readonly stack: Stack;

  private constructor(project: EngineProject, stack: Stack) {
    this.project = project;
    this.stack = stack;
  }

  static async open({ endpoint, settings = {} }: AwsStackOptions = {}): Promise<AwsStack> {
    const aws = await getAws();
    const plugins = { aws: join(ROOT, "sandbox/plugins/aws/aws-provider.ts") };
    const project = new EngineProject({ plugins });
    const stack = await project.stack(async () => undefined);
    const endpoints = Object.fromEntries(SERVICES.map((service) => [service, endpoint ?? aws.endpoint]));
    const all = {
      region: aws.region,
      accessKey: aws.accessKeyId,
      secretKey: aws.secretAccessKey,
      endpoints: JSON.stringify([endpoints]),
      s3UsePathStyle: "true",
      skipCredentialsValidation: "true",
      skipMetadataApiCheck: "true",
      skipRegionValidation: "true",
      ...settings,
    };
    for (const [key, value] of Object.entries(all)) await stack.setConfig(`aws:${key}`, { value });
    return new AwsStack(project, stack);
  }

  /** Applies the program. @returns how many resources had which change */
  async up(program: PulumiFn): Promise<Readonly<Record<string, number>>> {
    this.stack.workspace.program = program;
    return (await this.stack.up()).summary.resourceChanges ?? {};
  }

  /** Applies the program. @returns by change, the names of the resources that had it */
  async changed(program: PulumiFn): Promise<Readonly<Record<string, readonly string[]>>> {
    const changes = new Map<string, Set<string>>();
    this.stack.workspace.program = program;
    await this.stack.up({
      onEvent({ resourcePreEvent }) {
        const { op, urn = "" } = resourcePreEvent?.metadata ?? {};
        if (op !== "update" && op !== "create" && op !== "replace" && op !== "delete") return;
        changes.set(op, (changes.get(op) ?? new Set()).add(urn.split("::").at(-1) ?? ""));
      },
    });
    return Object.fromEntries([...changes].map(([op, names]) => [op, [...names].sort()]));
  }

  /** The ids of all resources, by name. */
  async ids(): Promise<Readonly<Record<string, string>>> {
    const { deployment } = await this.stack.exportStack();
    const { resources = [] } = deployment as { resources?: { urn: string; id?: string }[] };
    return Object.fromEntries(resources.map(({ urn, id = "" }) => [urn.split("::").at(-1) ?? "", id]));
  }

  async refresh(): Promise<Readonly<Record<string, number>>> {
    return (await this.stack.refresh()).summary.resourceChanges ?? {};
  }

  async outputs(): Promise<Readonly<Record<string, unknown>>> {
    const outputs = await this.stack.outputs();
    return Object.fromEntries(Object.entries(outputs).map(([key, { value }]) => [key, value]));
  }

  async destroy(): Promise<void> {
    this.stack.workspace.program = async () => undefined;
    await this.stack.destroy();
  }
}
