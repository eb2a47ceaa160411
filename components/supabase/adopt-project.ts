import { HoldfastError } from "../../plan/holdfast-error.ts";
import type { SupabaseProject } from "../../supabase/calls/replies/project-reply.ts";
import { findProject } from "./find-project.ts";
import type { ProjectInputs } from "./project-inputs.ts";
import { projectUnknown } from "./project-unknown.ts";
import type { ProviderContext } from "./provider-context.ts";

/**
 * Takes a project that exists under management. What cannot be changed must be as declared, and its name too: a ref
 * that was mistyped must not rename, and one day delete, somebody else's project.
 * @throws HoldfastError PROJECT_UNKNOWN, PROJECT_DIFFERS (exit 2)
 */
export async function adoptProject(
  { api }: ProviderContext,
  { name, organization, region }: ProjectInputs,
  ref: string,
): Promise<SupabaseProject> {
  const project = await findProject(api, ref, undefined);
  if (project === undefined) throw projectUnknown(ref);
  const differences = [
    ["name", name, project.name],
    ["organization", organization, project.organizationSlug ?? organization],
    ["region", region, project.region],
  ].filter(([, declared, actual]) => declared !== actual);
  if (differences.length === 0) return project;
  const listed = differences.map(([what, declared, actual]) => `${what} is ${actual}, not ${declared}`);
  throw new HoldfastError({
    code: "PROJECT_DIFFERS",
    message: `Project ${ref} is not the one that is declared: its ${listed.join("; its ")}`,
    hint: "Correct adoptRef, or declare the project as it is; its name may be changed once it is adopted.",
    exitCode: 2,
  });
}
