import { isDeepStrictEqual } from "node:util";
import type { z } from "zod";
import type { SupabaseProject } from "../../supabase/calls/replies/project-reply.ts";
import type { RequestOptions } from "../../supabase/management-api.ts";
import { waitForProject } from "../../supabase/wait-for-project.ts";
import { type Convergence, converge, type Trace } from "./converge.ts";
import { defineProvider } from "./define-provider.ts";
import { findProject } from "./find-project.ts";
import { HalfDone } from "./half-done.ts";
import { isApiError } from "./is-api-error.ts";
import type { ProviderModule } from "./lazy-provider.ts";
import { projectUnknown } from "./project-unknown.ts";
import type { ProviderContext } from "./provider-context.ts";
import type { ResourceInputs } from "./resource-inputs.ts";

export interface SettingInputs extends ResourceInputs {
  /** Of the project that it belongs to. */
  readonly ref: string;
}

type Outputs<Inputs extends SettingInputs> = Inputs & {
  /** Slug of the organization that the project was seen in. */
  readonly organization?: string;
};

/** What a project has at most once: an add-on, a schedule, a rule. */
export interface SettingDefinition<Inputs extends SettingInputs, Seen extends object> {
  /** For ids and messages: "pitr". */
  readonly name: string;
  readonly inputs: z.ZodObject & z.ZodType<Inputs>;
  /**
   * What there is now, `undefined` when there is none. What has the name of an input is compared with it and
   * becomes it when a refresh finds a difference; the rest are further outputs.
   */
  see(context: ProviderContext, ref: string, options?: RequestOptions): Promise<Seen | undefined>;
  /** @default every input is as seen */
  isAsWanted?(seen: Seen, wanted: Inputs): boolean;
  /** Refuses what cannot work, before anything is changed. */
  admit?(context: ProviderContext, wanted: Inputs, project: SupabaseProject): Promise<void>;
  write(context: ProviderContext, wanted: Inputs): Promise<void>;
  /** Waits until what was set can be used. Called also when nothing was changed: an earlier run may have been cut off. */
  settle?(context: ProviderContext, wanted: Inputs, changed: boolean): Promise<void>;
  /** Without it, deletion leaves the project as it is. */
  readonly removal?: {
    isRemoved(seen: Seen): boolean;
    admit?(context: ProviderContext, ref: string): Promise<void>;
    write(context: ProviderContext, ref: string, seen: Seen): Promise<void>;
    /** Waits until the project can be used again; called only when something was taken away. */
    settle?(context: ProviderContext, ref: string): Promise<void>;
  };
  /** How long a change may take to show. */
  readonly deadlineSeconds: number;
}

/** In these states a project takes changes; in others it is waited for. */
const OPEN: ReadonlySet<string> = new Set(["ACTIVE_HEALTHY", "ACTIVE_UNHEALTHY"]);
const READY_SECONDS = 900;

/** The provider of a setting: all of them are adopted, converged, refreshed and removed in the same way. */
export function defineSetting<Inputs extends SettingInputs, Seen extends object>(
  definition: SettingDefinition<Inputs, Seen>,
): ProviderModule["openProvider"] {
  type Out = Outputs<Inputs>;
  return defineProvider<Inputs, Out>({
    inputs: definition.inputs,
    replaceOn: ["ref"],
    create: async (context, wanted) => ({
      id: idOf(definition, wanted),
      outputs: await apply(context, definition, wanted, undefined),
    }),
    update: (context, { organization }, wanted) => apply(context, definition, wanted, organization),
    async read(context, known) {
      const project = await findProject(context.api, known.ref, known.organization);
      const seen = project && (await unlessGone(definition.see(context, known.ref)));
      return seen && outputsOf(known, seen, project);
    },
    delete: (context, known) => remove(context, definition, known),
  });
}

const idOf = ({ name }: { readonly name: string }, { ref }: SettingInputs) => `${ref}/${name}`;

function outputsOf<Inputs extends SettingInputs, Seen extends object>(
  known: Inputs,
  seen: Seen | undefined,
  { organizationSlug: organization }: SupabaseProject,
): Outputs<Inputs> {
  // The compiler cannot add up that what is seen completes what was known.
  return { ...known, ...seen, organization } as unknown as Outputs<Inputs>;
}

async function apply<Inputs extends SettingInputs, Seen extends object>(
  context: ProviderContext,
  definition: SettingDefinition<Inputs, Seen>,
  wanted: Inputs,
  organization: string | undefined,
): Promise<Outputs<Inputs>> {
  const { ref } = wanted;
  const project = await findProject(context.api, ref, organization);
  if (project === undefined) throw projectUnknown(ref);
  const trace: Trace<Seen | undefined> = {
    state: undefined,
    mayHaveChanged: false,
  };
  const isDone = (seen: Seen | undefined) => seen !== undefined && isAsWanted(definition, seen, wanted);
  try {
    const seen = await converge(
      context,
      {
        what: `${definition.name} of project ${ref}`,
        read: (options) => definition.see(context, ref, options),
        done: isDone,
        async write() {
          await definition.admit?.(context, wanted, project);
          await untilOpen(context, project);
          await definition.write(context, wanted);
        },
        deadlineSeconds: definition.deadlineSeconds,
      },
      trace,
    );
    await definition.settle?.(context, wanted, trace.mayHaveChanged);
    return outputsOf(wanted, seen, project);
  } catch (error) {
    if (!trace.mayHaveChanged) throw error;
    throw new HalfDone(idOf(definition, wanted), outputsOf(wanted, trace.state, project), error);
  }
}

async function remove<Inputs extends SettingInputs, Seen extends object>(
  context: ProviderContext,
  { name, removal, see, deadlineSeconds }: SettingDefinition<Inputs, Seen>,
  { ref, organization }: Outputs<Inputs>,
): Promise<void> {
  const project = removal && (await findProject(context.api, ref, organization));
  if (!project) return;
  const trace: Trace<Seen | undefined> = { state: undefined, mayHaveChanged: false };
  const removing: Convergence<Seen | undefined> = {
    what: `${name} of project ${ref}`,
    read: (options) => unlessGone(see(context, ref, options)),
    done: (seen) => seen === undefined || removal.isRemoved(seen),
    async write(seen) {
      if (seen === undefined) return;
      await removal.admit?.(context, ref);
      await untilOpen(context, project);
      await unlessGone(removal.write(context, ref, seen));
    },
    deadlineSeconds,
  };
  await converge(context, removing, trace);
  if (trace.mayHaveChanged) await removal.settle?.(context, ref);
}

function isAsWanted<Inputs extends SettingInputs, Seen extends object>(
  definition: SettingDefinition<Inputs, Seen>,
  seen: Seen,
  wanted: Inputs,
): boolean {
  if (definition.isAsWanted) return definition.isAsWanted(seen, wanted);
  const { ref, providerRevision, ...rest } = wanted;
  return Object.entries(rest).every(([name, value]) => isDeepStrictEqual(Reflect.get(seen, name), value));
}

/** Not found, where the project was found a moment ago: there is none of it, or the project is going. */
async function unlessGone<Result>(asked: Promise<Result>): Promise<Result | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (isApiError(error, "SUPABASE_NOT_FOUND")) return undefined;
    throw error;
  }
}

async function untilOpen(context: ProviderContext, { ref, status }: SupabaseProject): Promise<void> {
  if (OPEN.has(status)) return;
  await waitForProject(context.api, ref, { ...context, deadlineSeconds: READY_SECONDS, proveReady: false });
}
