import * as pulumi from "@pulumi/pulumi";
import { HoldfastError } from "../../plan/holdfast-error.ts";
import type { ComputeSize } from "../../plan/schema/supabase.ts";
import { Project } from "../supabase/project.ts";
import type { DeclaredTarget } from "./target-address.ts";
import { type TargetPurpose, targetOptions } from "./target-purpose.ts";

/** A new project at Supabase, or one that was made for this in the dashboard. */
export interface SupabaseTargetArgs {
  readonly kind: "supabase";
  /** Of the new project; one that its organization has not yet. */
  readonly projectName: string;
  readonly organization: string;
  readonly region: string;
  /** @default the smallest of the organization's plan */
  readonly size?: Exclude<ComputeSize, "nano">;
  /** Of the database's `postgres`. A secret of the stack's configuration; encrypted in the state. */
  readonly databasePassword: pulumi.Input<string>;
  /** The ref of a clone that exists. For a recovery alone: a drill would delete it. */
  readonly adoptRef?: string;
}

export interface DeclaredSupabaseTarget extends DeclaredTarget {
  readonly ref: pulumi.Output<string>;
}

/**
 * A Supabase project to restore into. In a drill it is deleted with the stack; in a recovery its deletion is refused.
 * @throws HoldfastError ADOPTED_BY_DRILL (exit 2)
 */
export function declareSupabaseTarget(
  name: string,
  args: SupabaseTargetArgs,
  purpose: TargetPurpose,
  parent: pulumi.Resource,
): DeclaredSupabaseTarget {
  const { projectName, organization, region, size, databasePassword, adoptRef } = args;
  if (adoptRef !== undefined && purpose === "drill") throw adoptedByDrill(adoptRef);
  const project = new Project(
    `${name}-project`,
    {
      name: projectName,
      organization,
      region,
      databasePassword: pulumi.secret(databasePassword),
      ...(size === undefined ? {} : { size }),
      ...(adoptRef === undefined ? {} : { adoptRef }),
      deletionGuard: purpose === "recovery",
    },
    { parent, ...targetOptions(purpose) },
  );
  return {
    address: {
      host: project.databaseHost.apply((host) => host ?? ""),
      port: pulumi.output(5432),
      database: pulumi.output("postgres"),
      user: pulumi.output("postgres"),
    },
    ref: project.ref,
    resources: [project],
  };
}

function adoptedByDrill(ref: string): HoldfastError {
  return new HoldfastError({
    code: "ADOPTED_BY_DRILL",
    message: `Project ${ref} exists, and a drill deletes its target at the end, with all of its backups`,
    hint: "Leave adoptRef out, so that the drill makes a project of its own.",
    exitCode: 2,
  });
}
