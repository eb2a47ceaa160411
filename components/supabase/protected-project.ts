import * as pulumi from "@pulumi/pulumi";
import { HoldfastError } from "../../plan/holdfast-error.ts";
import type { ProjectPlan } from "../../plan/protection-plan.ts";
import { BackupSchedule } from "./backup-schedule.ts";
import { ComputeAddon } from "./compute-addon.ts";
import { NetworkRestrictions } from "./network-restrictions.ts";
import { PitrAddon } from "./pitr-addon.ts";
import { SslEnforcement } from "./ssl-enforcement.ts";

export interface ProtectedProjectArgs {
  /** A project of the plan, of kind `supabase`. */
  readonly project: ProjectPlan;
  /** The project's reference at Supabase, where the plan cannot know it yet. @default the plan's */
  readonly ref?: pulumi.Input<string>;
  /**
   * Whether the engine refuses to take away compute and point-in-time recovery. Off for what is made to be destroyed,
   * such as the stack of a drill.
   * @default true
   */
  readonly protect?: boolean;
}

/**
 * What the plan declares of a Supabase project itself: compute size, point-in-time recovery, the time of the daily
 * backup, TLS, and who may connect. What the plan does not mention is left alone.
 *
 * Compute comes first and goes last, as point-in-time recovery depends on it and a change of it restarts the database.
 * TLS, network restrictions and schedule stay as they are when they leave the plan, or the stack is destroyed: a project
 * is never opened by taking away its protection.
 */
export class ProtectedProject extends pulumi.ComponentResource {
  readonly ref: pulumi.Output<string>;
  readonly compute: ComputeAddon | undefined;
  readonly pitr: PitrAddon | undefined;
  readonly backupSchedule: BackupSchedule | undefined;
  readonly sslEnforcement: SslEnforcement | undefined;
  readonly networkRestrictions: NetworkRestrictions | undefined;

  /** @throws HoldfastError PROJECT_NOT_SUPABASE, PROJECT_REF_MISSING (exit 2) */
  constructor(name: string, args: ProtectedProjectArgs, opts?: pulumi.ComponentResourceOptions) {
    const { project, protect = true } = args;
    const ref = requireRef(args);
    super("holdfast:supabase:ProtectedProject", name, {}, opts);
    const { compute, pitr, backupSchedule, sslEnforcement, networkRestrictions } = project;
    const inside: pulumi.CustomResourceOptions = { parent: this };
    const guarded = { ...inside, protect, retainOnDelete: false };
    this.ref = pulumi.output(ref);
    // Nano is what a free project has; there is nothing to buy.
    if (compute !== undefined && compute !== "nano") {
      this.compute = new ComputeAddon(`${name}-compute`, { ref, size: compute }, guarded);
    }
    const dependsOn = this.compute === undefined ? [] : [this.compute];
    const kept = { ...inside, dependsOn, protect: false, retainOnDelete: true };
    if (pitr !== undefined) {
      this.pitr = new PitrAddon(
        `${name}-pitr`,
        { ref, windowDays: pitr.windowDays },
        { ...guarded, dependsOn },
      );
    }
    if (backupSchedule !== undefined) {
      this.backupSchedule = new BackupSchedule(
        `${name}-backup-schedule`,
        { ref, startsAt: backupSchedule },
        kept,
      );
    }
    if (sslEnforcement !== undefined) {
      this.sslEnforcement = new SslEnforcement(
        `${name}-ssl-enforcement`,
        { ref, enforced: sslEnforcement },
        kept,
      );
    }
    if (networkRestrictions !== undefined) {
      this.networkRestrictions = new NetworkRestrictions(
        `${name}-network-restrictions`,
        { ref, ...networkRestrictions },
        kept,
      );
    }
    this.registerOutputs({
      ref: this.ref,
      computeSize: this.compute?.size,
      pitrWindowDays: this.pitr?.windowDays,
      pitrPriceUsdPerMonth: this.pitr?.priceUsdPerMonth,
    });
  }
}

function requireRef({ project, ref = project.ref }: ProtectedProjectArgs): pulumi.Input<string> {
  if (project.kind !== "supabase") {
    throw new HoldfastError({
      code: "PROJECT_NOT_SUPABASE",
      message: `Project ${project.name} is of kind ${project.kind}; only Supabase has what is declared here`,
      hint: "Leave it out: its recovery points need nothing of the platform.",
      exitCode: 2,
    });
  }
  if (ref !== undefined) return ref;
  throw new HoldfastError({
    code: "PROJECT_REF_MISSING",
    message: `Project ${project.name} has no ref, so its settings at Supabase cannot be found`,
    hint: "Add ref: (the part of the project's URL before .supabase.co) to the project in the plan.",
    exitCode: 2,
  });
}
