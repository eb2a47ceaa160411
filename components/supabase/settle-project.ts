import { renameProject } from "../../supabase/calls/rename-project.ts";
import type { SupabaseProject } from "../../supabase/calls/replies/project-reply.ts";
import { setAddon } from "../../supabase/calls/set-addon.ts";
import { setDatabasePassword } from "../../supabase/calls/set-database-password.ts";
import { computeVariant } from "../../supabase/compute-variant.ts";
import { waitForProject } from "../../supabase/wait-for-project.ts";
import { admitComputeSize } from "./admit-compute-size.ts";
import { COMPUTE_DEADLINE_SECONDS } from "./compute-deadline-seconds.ts";
import { type Convergence, converge, type Trace } from "./converge.ts";
import { HalfDone } from "./half-done.ts";
import type { ProjectInputs, ProjectOutputs } from "./project-inputs.ts";
import type { ProviderContext } from "./provider-context.ts";
import { readCompute } from "./read-compute.ts";

/** A project takes up to some minutes to be made. */
const READY_SECONDS = 900;

export interface Settling {
  /** It was just made: whatever goes wrong now, it exists and must be saved. */
  readonly made?: boolean;
  /** What was saved of it, when it is an update. */
  readonly olds?: ProjectOutputs;
}

/**
 * Waits for a project, brings name, size and password to what is declared, and waits until it can be used.
 * @throws HalfDone with what there is, once there is something to save
 */
export async function settleProject(
  context: ProviderContext,
  inputs: ProjectInputs,
  project: SupabaseProject,
  { made = false, olds }: Settling,
): Promise<ProjectOutputs> {
  const { api } = context;
  const { ref } = project;
  let known = knownBefore(inputs, ref, olds);
  let changed = made;
  const compute: Trace<string | undefined> = { state: undefined, mayHaveChanged: false };
  const ready = (proveReady: boolean) =>
    waitForProject(api, ref, { ...context, deadlineSeconds: READY_SECONDS, proveReady });
  try {
    await ready(changed);
    // First, as it may be refused; and alone, as the database restarts and takes nothing else meanwhile.
    if (inputs.size !== undefined) await resize(context, project, inputs.size, compute);
    if (compute.mayHaveChanged) await ready(true);
    changed ||= compute.mayHaveChanged;
    known = { ...known, size: inputs.size };
    if (project.name !== inputs.name) {
      changed = true;
      await renameProject(api, ref, inputs.name);
    }
    known = { ...known, name: inputs.name };
    const password = inputs.databasePassword;
    if (olds && password !== undefined && password !== olds.databasePassword) {
      changed = true;
      await setDatabasePassword(api, ref, password);
    }
    // All other inputs need no call; those that are declared no more are forgotten.
    known = { ...inputs, ref, ...(known.databaseHost !== undefined && { databaseHost: known.databaseHost }) };
    const { database } = await ready(changed || olds === undefined);
    return { ...known, ...(database && { databaseHost: database.host }) };
  } catch (error) {
    const isGuardChanged = olds !== undefined && olds.deletionGuard !== known.deletionGuard;
    if (!changed && !compute.mayHaveChanged && !isGuardChanged) throw error;
    throw new HalfDone(ref, known, error);
  }
}

/** The guard changes at once, whatever the project's state: one that never gets ready must be deletable. */
function knownBefore(inputs: ProjectInputs, ref: string, olds: ProjectOutputs | undefined): ProjectOutputs {
  const { providerRevision, deletionGuard } = inputs;
  return { ...(olds ?? inputs), providerRevision, deletionGuard, ref };
}

async function resize(
  context: ProviderContext,
  project: SupabaseProject,
  size: NonNullable<ProjectInputs["size"]>,
  trace: Trace<string | undefined>,
): Promise<void> {
  const { api } = context;
  const { ref } = project;
  const variant = computeVariant(size);
  const resizing: Convergence<string | undefined> = {
    what: `compute of project ${ref}`,
    read: async (options) => (await readCompute(api, ref, options))?.variant,
    done: (compute) => compute === variant,
    async write() {
      await admitComputeSize(api, project, size);
      const options = { deadlineSeconds: COMPUTE_DEADLINE_SECONDS };
      await setAddon(api, ref, { type: "compute_instance", variant }, options);
    },
    deadlineSeconds: COMPUTE_DEADLINE_SECONDS,
  };
  await converge(context, resizing, trace);
}
