import * as pulumi from "@pulumi/pulumi";
import type { ComputeSize } from "../../plan/schema/supabase.ts";
import { LazyProvider } from "./lazy-provider.ts";

export interface ProjectArgs {
  /** 1 to 256 characters. A change renames the project; ref and addresses stay. */
  readonly name: pulumi.Input<string>;
  /** The organization's slug. Another one makes another, empty project. */
  readonly organization: pulumi.Input<string>;
  /**
   * Such as `eu-central-1`. Another one makes another, empty project; as the old one is deleted last, it needs another
   * name too.
   */
  readonly region: pulumi.Input<string>;
  /** From `micro` up. A change restarts the database. @default as it is; for a new project the smallest of the plan */
  readonly size?: pulumi.Input<Exclude<ComputeSize, "nano">>;
  /**
   * Of the database's `postgres`, 4 characters or more; secret in the state. Needed to make a project. Of an adopted one
   * it is taken to be right; a later change of it changes the project's.
   */
  readonly databasePassword?: pulumi.Input<string>;
  /**
   * Adopts the project with this ref instead of making one, e.g. a clone that was made in the dashboard. Its name,
   * organization and region must be as declared.
   */
  readonly adoptRef?: pulumi.Input<string>;
  /**
   * Refuses to delete or replace the project: **that deletes all its backups too, for good**. Takes effect with the run
   * that changes it, so letting go takes two runs. @default true
   */
  readonly deletionGuard?: pulumi.Input<boolean>;
}

const PROVIDER = new LazyProvider("components/supabase/project-provider.ts");

/**
 * A Supabase project, made or adopted, and waited for until its database answers. One that is made and does not get
 * ready is saved, and waited for again by the next run.
 * @see https://supabase.com/docs/reference/api/v1-create-a-project
 */
export class Project extends pulumi.dynamic.Resource {
  declare readonly ref: pulumi.Output<string>;
  declare readonly name: pulumi.Output<string>;
  declare readonly organization: pulumi.Output<string>;
  declare readonly region: pulumi.Output<string>;
  declare readonly size: pulumi.Output<string | undefined>;
  /** Secret. */
  declare readonly databasePassword: pulumi.Output<string | undefined>;
  /** Of the database, as Supabase tells it; reachable by IPv6 alone unless the project has bought IPv4. */
  declare readonly databaseHost: pulumi.Output<string | undefined>;

  constructor(name: string, args: ProjectArgs, opts: pulumi.CustomResourceOptions = {}) {
    const { databasePassword } = args;
    const properties = {
      deletionGuard: true,
      ...args,
      databasePassword: databasePassword === undefined ? undefined : pulumi.secret(databasePassword),
      ref: undefined,
      databaseHost: undefined,
      providerRevision: 1,
    };
    const secrets = { additionalSecretOutputs: ["databasePassword"] };
    super(PROVIDER, name, properties, pulumi.mergeOptions(secrets, opts), "supabase", "Project");
  }
}
