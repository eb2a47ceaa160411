import * as pulumi from "@pulumi/pulumi";
import { LazyProvider } from "./lazy-provider.ts";

export interface BackupScheduleArgs {
  /** The project's reference at Supabase, 20 lower-case letters. Another one makes another resource. */
  readonly ref: pulumi.Input<string>;
  /** When the daily backup starts: `HH:MM`, UTC. It takes effect at the next backup. Three changes in 24 hours at most. */
  readonly startsAt: pulumi.Input<string>;
}

const PROVIDER = new LazyProvider("components/supabase/backup-schedule-provider.ts");

/**
 * The time of day of Supabase's own daily backup; for organizations that are entitled to it (Enterprise), and refused
 * before anything is done for others. A project always has a schedule and none can be removed: deleting the resource
 * leaves it as it is.
 * @see https://supabase.com/docs/guides/platform/backups
 */
export class BackupSchedule extends pulumi.dynamic.Resource {
  declare readonly ref: pulumi.Output<string>;
  declare readonly startsAt: pulumi.Output<string>;

  constructor(name: string, args: BackupScheduleArgs, opts?: pulumi.CustomResourceOptions) {
    super(PROVIDER, name, { ...args, providerRevision: 1 }, opts, "supabase", "BackupSchedule");
  }
}
