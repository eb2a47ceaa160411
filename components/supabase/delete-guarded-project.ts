import { HoldfastError } from "../../plan/holdfast-error.ts";
import { deleteProject } from "../../supabase/calls/delete-project.ts";
import { startDeadline } from "../../supabase/deadline.ts";
import { converge } from "./converge.ts";
import { findProject } from "./find-project.ts";
import { isApiError } from "./is-api-error.ts";
import type { ProjectOutputs } from "./project-inputs.ts";
import type { ProviderContext } from "./provider-context.ts";

/** A project that is being changed refuses to be deleted until it has settled. */
const SETTLES_SECONDS = 600;
const RETRY_SECONDS = 3;
const GONE_SECONDS = 300;

/**
 * Deletes a project and all its backups, for good; one that is gone is deleted already.
 * @throws HoldfastError PROJECT_DELETION_GUARDED (exit 2) unless its guard was taken away by an earlier run
 */
export async function deleteGuardedProject(context: ProviderContext, known: ProjectOutputs): Promise<void> {
  const { ref, organization, deletionGuard } = known;
  const project = await findProject(context.api, ref, organization);
  if (project === undefined) return;
  if (deletionGuard !== false) throw guarded(known);
  await converge(context, {
    what: `deletion of project ${ref}`,
    read: (options) => findProject(context.api, ref, organization, options),
    done: (found) => found === undefined,
    write: () => deleteSettled(context, ref),
    deadlineSeconds: GONE_SECONDS,
  });
}

async function deleteSettled({ api, clock, sleep }: ProviderContext, ref: string): Promise<void> {
  const deadline = startDeadline(SETTLES_SECONDS, { clock, sleep });
  for (;;) {
    try {
      await deleteProject(api, ref);
      return;
    } catch (error) {
      if (isApiError(error, "SUPABASE_NOT_FOUND")) return;
      const isUnsettled =
        isApiError(error, "SUPABASE_REFUSED") && /not ready for deletion/i.test(error.vendorMessage ?? "");
      if (!isUnsettled || !(await deadline.sleep(RETRY_SECONDS))) throw error;
    }
  }
}

function guarded({ ref, name }: ProjectOutputs): HoldfastError {
  return new HoldfastError({
    code: "PROJECT_DELETION_GUARDED",
    message: `Project ${ref} (${name}) is not deleted: its deletionGuard is on, and deleting it deletes all its backups too, for good`,
    hint: "To let go of it without deleting it, run `pulumi state delete` for it. To delete it: take a recovery point, set deletionGuard: false, run `pulumi up`, then destroy it.",
    exitCode: 2,
  });
}
