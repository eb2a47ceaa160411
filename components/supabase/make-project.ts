import { HoldfastError } from "../../plan/holdfast-error.ts";
import { createProject } from "../../supabase/calls/create-project.ts";
import { type ListedProject, listProjects } from "../../supabase/calls/list-projects.ts";
import type { SupabaseProject } from "../../supabase/calls/replies/project-reply.ts";
import { isOutcomeUnknown } from "../../supabase/is-outcome-unknown.ts";
import type { RequestOptions } from "../../supabase/management-api.ts";
import { waitUntil } from "../../supabase/wait-until.ts";
import type { ProjectInputs } from "./project-inputs.ts";
import type { ProviderContext } from "./provider-context.ts";

/** How long a project whose making was answered by nothing may take to appear in its organization. */
const APPEARS_SECONDS = 60;

/**
 * Starts the making of a project, once. Names are not unique at Supabase; here they must be within an organization, as
 * a name is all that finds a project whose answer was lost.
 *
 * @throws HoldfastError PROJECT_NAME_TAKEN (exit 2); the error of its answer when that was lost or is of another form and no
 * project has appeared: it is not asked for again, as two of them would cost twice
 */
export async function makeProject(context: ProviderContext, inputs: ProjectInputs): Promise<SupabaseProject> {
  const { api } = context;
  const { name, organization, region, size, databasePassword = "" } = inputs;
  const taken = await namesakes(context, inputs);
  if (taken.length > 0) throw nameTaken(inputs, taken);
  try {
    return await createProject(api, {
      name,
      organizationSlug: organization,
      region,
      databasePassword,
      ...(size !== undefined && { size }),
    });
  } catch (error) {
    if (!isOutcomeUnknown(error)) throw error;
    const [made] = await waitUntil({
      ...context,
      what: `project ${name}`,
      poll: (options) => namesakes(context, inputs, options),
      done: (found) => found.length > 0,
      // Whatever keeps us from looking, that a project may have been made is what must be told.
      tolerate: (trouble) => trouble instanceof HoldfastError,
      timedOut: () => error,
      deadlineSeconds: APPEARS_SECONDS,
    });
    if (made === undefined) throw error;
    // Not looked at itself: if that failed, it would be there and nobody would know of it.
    return { ...made, organizationSlug: organization };
  }
}

async function namesakes(
  { api }: ProviderContext,
  { name, organization }: ProjectInputs,
  options?: RequestOptions,
): Promise<ListedProject[]> {
  const found: ListedProject[] = [];
  for await (const project of listProjects(api, organization, options)) {
    if (project.name === name && !GONE.has(project.status) && !project.isBranch) found.push(project);
  }
  return found;
}

const GONE: ReadonlySet<string> = new Set(["GOING_DOWN", "REMOVED"]);

function nameTaken({ name, organization }: ProjectInputs, taken: readonly ListedProject[]): HoldfastError {
  const refs = taken.map(
    ({ ref, region, createdAt }) => `${ref} (${region}, made ${createdAt.toISOString()})`,
  );
  return new HoldfastError({
    code: "PROJECT_NAME_TAKEN",
    message: `Organization ${organization} has a project named ${name} already: ${refs.join(", ")}`,
    hint: `To take it under management, declare adoptRef: "${taken[0]?.ref}"; to make another one, give that another name.`,
    exitCode: 2,
    details: taken.map(({ ref }) => ref),
  });
}
