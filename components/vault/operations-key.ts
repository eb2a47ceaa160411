import * as pulumi from "@pulumi/pulumi";
import type { StackFacts } from "../stack-facts.ts";
import { declareKey } from "./declare-key.ts";
import { operationsKeyPolicy } from "./key-policy.ts";

export interface OperationsKeyArgs {
  readonly environment: string;
  readonly facts: StackFacts;
}

/**
 * The key of what a stack says rather than of what it keeps: alert topics, dead-letter queues, logs. AWS's services
 * use it by themselves, which no key of recovery points may allow. One US dollar a month.
 */
export class OperationsKey extends pulumi.ComponentResource {
  readonly keyArn: pulumi.Output<string>;

  constructor(
    name: string,
    { environment, facts }: OperationsKeyArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("holdfast:vault:OperationsKey", name, {}, opts);
    const input = {
      id: `alias/holdfast-${environment}-operations`,
      field: "the operations key",
      region: facts.region,
      description: `Holdfast ${environment}: alerts, failed jobs and logs`,
      policy: operationsKeyPolicy(facts),
      facts,
      tags: { ...facts.tags, "holdfast:component": "OperationsKey" },
    };
    this.keyArn = declareKey(`${name}-key`, input, this);
    this.registerOutputs({ keyArn: this.keyArn });
  }
}
