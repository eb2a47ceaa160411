import * as pulumi from "@pulumi/pulumi";
import { HoldfastError } from "../../plan/holdfast-error.ts";
import type { ComputeSize, PitrWindowDays } from "../../plan/schema/supabase.ts";
import { computeCarriesPitr } from "../../supabase/compute-carries-pitr.ts";
import { computeVariant } from "../../supabase/compute-variant.ts";
import { PitrAddon } from "../supabase/pitr-addon.ts";
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
  /** @default the smallest of the organization's plan; with `pitr` the smallest that carries it, `small` */
  readonly size?: Exclude<ComputeSize, "nano">;
  /** Point-in-time recovery of the new project, billed by the hour; needs `small` or larger. @default none */
  readonly pitr?: { readonly windowDays: PitrWindowDays };
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
 * @throws HoldfastError ADOPTED_BY_DRILL, TARGET_TOO_SMALL_FOR_PITR (exit 2)
 */
export function declareSupabaseTarget(
  name: string,
  args: SupabaseTargetArgs,
  purpose: TargetPurpose,
  parent: pulumi.Resource,
): DeclaredSupabaseTarget {
  const { projectName, organization, region, databasePassword, adoptRef, pitr } = args;
  if (adoptRef !== undefined && purpose === "drill") throw adoptedByDrill(adoptRef);
  const { size = pitr && "small" } = args;
  if (pitr && !computeCarriesPitr(size && computeVariant(size))) throw tooSmall(projectName, size);
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
  const options = { parent, ...targetOptions(purpose), deletedWith: project };
  const addons = pitr ? [new PitrAddon(`${name}-pitr`, { ref: project.ref, ...pitr }, options)] : [];
  return {
    address: {
      host: project.databaseHost.apply((host) => host ?? ""),
      port: pulumi.output(5432),
      database: pulumi.output("postgres"),
      user: pulumi.output("postgres"),
    },
    ref: project.ref,
    resources: [project, ...addons],
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

function tooSmall(projectName: string, size: ComputeSize | undefined): HoldfastError {
  return new HoldfastError({
    code: "TARGET_TOO_SMALL_FOR_PITR",
    message: `Project ${projectName} is to have point-in-time recovery, which compute size ${size} does not carry`,
    hint: "Give it small or larger, or leave the size out.",
    exitCode: 2,
  });
}
