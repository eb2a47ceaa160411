import * as pulumi from "@pulumi/pulumi";
import { findTier } from "../../plan/find-tier.ts";
import type { ProjectPlan } from "../../plan/protection-plan.ts";
import { TIERS, type Tier } from "../../plan/tier.ts";
import { runLocally } from "./local-script.ts";

export interface FirstBackupArgs {
  readonly project: ProjectPlan;
  /** Its retention class. @default the first that the project has of nightly, weekly, monthly … */
  readonly tier?: Tier;
  /** The project's plan as JSON. */
  readonly plan: string;
  /** The vault it goes into; another one gets a first point, too. Known when the vault is ready to be written to. */
  readonly bucketName: pulumi.Input<string>;
}

/** As long as the plan lets a task run at most. */
const LONGEST = "168h";

/**
 * Takes a recovery point while the stack is applied, so that a new stack has one within minutes and not the next night.
 * It is run once for each project, tier and bucket; destroying the stack leaves the point.
 *
 * It runs where `pulumi up` runs: that machine must reach the database, have PostgreSQL's client programs of its major
 * version, hold the plan's secrets in its environment, and have credentials that may do what the writer may. Where one
 * of these is not so, leave it out and start the task that the stack declares.
 */
export class FirstBackup extends pulumi.ComponentResource {
  /** @throws HoldfastError TIER_UNKNOWN (exit 2) when the project has no such tier */
  constructor(name: string, args: FirstBackupArgs, opts?: pulumi.ComponentResourceOptions) {
    const { project, plan, bucketName } = args;
    const tier = args.tier ?? TIERS.find((known) => project.tiers[known]) ?? "nightly";
    findTier(project, tier);
    super("holdfast:jobs:FirstBackup", name, {}, opts);
    const options = ["--plan", "env:HOLDFAST_PLAN", "--project", project.name, "--tier", tier];
    runLocally(
      `${name}-backup`,
      {
        command: ["scripts/backup.ts", ...options, "--json"],
        plan,
        triggers: [project.name, tier, bucketName],
        timeout: LONGEST,
      },
      { parent: this },
    );
    this.registerOutputs({});
  }
}
