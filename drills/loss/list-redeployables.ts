import { z } from "zod";
import { HoldfastError } from "../../plan/holdfast-error.ts";
import { listFunctions } from "../../supabase/calls/list-functions.ts";
import { listSecretDigests } from "../../supabase/calls/list-secret-digests.ts";
import { evidenceBackwards } from "../../vault/evidence/evidence-backwards.ts";
import type { DrillContext, DrillFindings } from "../drill-context.ts";

/** What a new project has not, and no recovery point holds. Evidence of a drill keeps it for the day of the loss. */
const Redeployables = z.object({
  functions: z.array(z.object({ slug: z.string(), version: z.number(), sha256: z.string().optional() })),
  secretNames: z.array(z.string()),
});
type Redeployables = z.infer<typeof Redeployables>;

/** Names that Supabase gives every project's functions by itself. */
const OF_PLATFORM = /^SUPABASE_/;
/** Drills of a year and a quarter: one of each kind has run by then. */
const EVIDENCE_DAYS = 450;

/**
 * Lists what must be deployed and set again in the new project: Edge functions, and the names of their secrets, whose
 * values Supabase never gives back. When the lost project cannot tell any more, the newest evidence of a drill does.
 * Nothing is deployed here, so nothing of it counts as checked.
 */
export async function listRedeployables(context: DrillContext): Promise<DrillFindings> {
  const { project } = context;
  if (project.ref === undefined)
    return {
      checks: [],
      notChecked: ["Edge functions and their secrets: the plan names no project of Supabase (ref)"],
    };
  const asked = await ask(context, project.ref);
  if ("found" in asked) return tell(project.hooks.redeploy !== undefined, asked.found, "");
  const known = await fromEvidence(context);
  if (known === undefined)
    return {
      checks: [],
      notChecked: [
        `Edge functions and their secrets: ${asked.why}, and no evidence of an earlier drill names them`,
      ],
    };
  return tell(
    project.hooks.redeploy !== undefined,
    known.found,
    ` (as of ${known.at}; Supabase does not tell: ${asked.why})`,
  );
}

async function ask(
  { api, signal }: DrillContext,
  ref: string,
): Promise<{ readonly found: Redeployables } | { readonly why: string }> {
  try {
    const options = signal && { signal };
    const functions = await listFunctions(await api(), ref, options);
    const secrets = await listSecretDigests(await api(), ref, options);
    return {
      found: {
        functions: functions.map(({ slug, version, bundleSha256: sha256 }) => ({
          slug,
          version,
          ...(sha256 !== undefined && { sha256 }),
        })),
        secretNames: secrets.map(({ name }) => name).filter((name) => !OF_PLATFORM.test(name)),
      },
    };
  } catch (error) {
    signal?.throwIfAborted();
    if (!(error instanceof HoldfastError)) throw error;
    return { why: error.message };
  }
}

async function fromEvidence({
  vault,
  project,
  clock,
}: DrillContext): Promise<{ readonly found: Redeployables; readonly at: string } | undefined> {
  const since = new Date(clock().getTime() - EVIDENCE_DAYS * 86_400_000);
  for await (const record of evidenceBackwards(vault, since)) {
    if (record.kind !== "drill" || record.project !== project.name) continue;
    const found = Redeployables.safeParse(record.body).data;
    if (found !== undefined) return { found, at: record.at };
  }
  return undefined;
}

function tell(hasHook: boolean, { functions, secretNames }: Redeployables, source: string): DrillFindings {
  const by = hasHook
    ? "by the plan's hook redeploy, which a drill does not run"
    : "by hand, as the plan names no hook redeploy";
  const names = functions.map(({ slug, version }) => `${slug} (version ${version})`).join(", ");
  return {
    checks: [],
    notChecked: [
      ...(functions.length === 0
        ? []
        : [`${functions.length} Edge functions, to be deployed again ${by}: ${names}${source}`]),
      ...(secretNames.length === 0
        ? []
        : [
            `${secretNames.length} secrets of the Edge functions, to be set again from where they are kept: ${secretNames.join(", ")}${source}`,
          ]),
    ],
    facts: { functions, secretNames },
  };
}
