import type { dynamic } from "@pulumi/pulumi";
import { HoldfastError } from "../../plan/holdfast-error.ts";
import type { SupabaseProject } from "../../supabase/calls/replies/project-reply.ts";
import { computeSize } from "../../supabase/compute-variant.ts";
import { adoptProject } from "./adopt-project.ts";
import { defineProvider } from "./define-provider.ts";
import { deleteGuardedProject } from "./delete-guarded-project.ts";
import { findProject } from "./find-project.ts";
import { makeProject } from "./make-project.ts";
import { ProjectInputs, type ProjectOutputs } from "./project-inputs.ts";
import { readCompute } from "./read-compute.ts";
import { settleProject } from "./settle-project.ts";

export const openProvider = defineProvider<ProjectInputs, ProjectOutputs>({
  inputs: ProjectInputs,
  replaceOn: ["organization", "region", "adoptRef"],
  judgeDifference: (olds, news, found) => judge(olds, news, found),
  async create(context, inputs) {
    const { adoptRef } = inputs;
    const project =
      adoptRef === undefined
        ? await makeProject(context, inputs)
        : await adoptProject(context, inputs, adoptRef);
    const outputs = await settleProject(context, inputs, project, { made: adoptRef === undefined });
    return { id: project.ref, outputs };
  },
  async read({ api }, known) {
    const project = await findProject(api, known.ref, known.organization);
    if (project === undefined) return undefined;
    // Only a size that is declared is looked after.
    const compute = known.size === undefined ? undefined : await readCompute(api, known.ref);
    return outputsOf(known, project, compute?.variant);
  },
  async update(context, olds, inputs) {
    const project = await findProject(context.api, olds.ref, olds.organization);
    if (project === undefined) throw gone(olds.ref);
    return settleProject(context, inputs, project, { olds });
  },
  delete: (context, known) => deleteGuardedProject(context, known),
});

function outputsOf(
  { size: _, ...known }: ProjectOutputs,
  project: SupabaseProject,
  compute: string | undefined,
): ProjectOutputs {
  const size = compute === undefined ? undefined : (computeSize(compute) ?? compute);
  return {
    ...known,
    name: project.name,
    region: project.region,
    organization: project.organizationSlug ?? known.organization,
    ...(project.database && { databaseHost: project.database.host }),
    // A size that is new to us differs from all that can be declared, as it should.
    ...(size !== undefined && { size: size as ProjectInputs["size"] }),
  };
}

/** A ref that is adopted is the one that the project has; a replacement of a guarded project is refused at once. */
function judge(olds: ProjectOutputs, news: ProjectInputs, found: dynamic.DiffResult): dynamic.DiffResult {
  const isSame = news.adoptRef === undefined || news.adoptRef === olds.ref;
  const replaces = (found.replaces ?? []).filter((name) => name !== "adoptRef" || !isSame);
  if (replaces.length > 0 && olds.deletionGuard !== false) {
    throw new HoldfastError({
      code: "PROJECT_REPLACEMENT_GUARDED",
      message: `Project ${olds.ref} (${olds.name}) would be replaced by another one, for its ${replaces.join(" and ")}: the data does not move along, and deleting the old one deletes all its backups too, for good`,
      hint: "Declare the new project as a resource of its own and restore a recovery point into it. If this one is to go, set deletionGuard: false in a run before.",
      exitCode: 2,
    });
  }
  return { ...found, replaces };
}

function gone(ref: string): HoldfastError {
  return new HoldfastError({
    code: "PROJECT_GONE",
    message: `Project ${ref} is gone; it was deleted outside of this stack`,
    hint: "Run `pulumi refresh`, then `pulumi up` to make a new one, and restore the newest verified recovery point into it.",
  });
}
