import { createHash } from "node:crypto";
import * as secretsmanager from "@pulumi/aws/secretsmanager/index.js";
import * as pulumi from "@pulumi/pulumi";
import type { StackFacts } from "../stack-facts.ts";

export interface JobSecretsArgs {
  readonly environment: string;
  /** Environment variables that the plan refers to. */
  readonly names: readonly string[];
  readonly facts: StackFacts;
}

/** Days that a deleted secret can still be brought back. */
const RECOVERY_DAYS = 30;

/**
 * An empty secret `holdfast/<environment>/<NAME>` for each `{env: NAME}` of the plan. An operator puts the values in:
 * they are neither in the program, nor in its configuration, nor in the stack's state. 0.40 US dollars a month each.
 * @see https://aws.amazon.com/secrets-manager/pricing/
 */
export class JobSecrets extends pulumi.ComponentResource {
  /** By the name of the variable. */
  readonly arns: Readonly<Record<string, pulumi.Output<string>>>;

  constructor(name: string, args: JobSecretsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("holdfast:jobs:JobSecrets", name, {}, opts);
    const { environment, names, facts } = args;
    const secrets = names.map((variable) => {
      const secret = new secretsmanager.Secret(
        `${name}-${resourceName(variable)}`,
        {
          name: `holdfast/${environment}/${variable}`,
          description: `Holdfast ${environment}: value of ${variable} for its jobs`,
          recoveryWindowInDays: RECOVERY_DAYS,
          tags: { ...facts.tags, "holdfast:component": "JobSecrets" },
        },
        { parent: this },
      );
      return [variable, secret.arn] as const;
    });
    this.arns = Object.fromEntries(secrets);
    this.registerOutputs({ arns: this.arns });
  }

  /** Those of some variables, by the name of each. */
  arnsOf(names: readonly string[]): Record<string, pulumi.Input<string>> {
    return Object.fromEntries(names.map((variable) => [variable, this.arns[variable] ?? ""]));
  }
}

/** Variables may differ in nothing but case: those with small letters have part of their hash behind them. */
function resourceName(variable: string): string {
  const words = variable.toLowerCase().replaceAll("_", "-");
  if (variable === variable.toUpperCase()) return words;
  return `${words}-${createHash("sha256").update(variable).digest("hex").slice(0, 8)}`;
}
