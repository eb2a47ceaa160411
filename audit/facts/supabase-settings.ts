import { HoldfastError } from "../../plan/holdfast-error.ts";
import type { ProjectPlan } from "../../plan/protection-plan.ts";
import { redact } from "../../plan/redact.ts";
import { getEntitlements } from "../../supabase/calls/get-entitlements.ts";
import type { ManagementApi } from "../../supabase/management-api.ts";
import type { ProjectSettings } from "../../supabase/project-settings.ts";
import { readManySettings } from "../../supabase/read-many-settings.ts";
import type { AuditContext } from "../audit-context.ts";
import type { AuditFact, FactKind } from "../audit-fact.ts";
import type { AuditSource } from "../audit-source.ts";
import { makeFact } from "../make-fact.ts";
import { ACCESS_KINDS, accessFacts } from "../supabase/access-facts.ts";
import { type KnownReach, PITR_KINDS, pitrFacts } from "../supabase/pitr-facts.ts";

const UP = "pulumi up --refresh --stack {stack}";

const READABLE: FactKind = {
  id: "supabase.readable",
  setting: "the project at Supabase",
  source: "Supabase Management API",
  fix: "Correct `ref` and `supabase.accessToken` in the plan, then: npm run audit -- {plan} --only supabase",
};
const STATUS: FactKind = {
  id: "supabase.status",
  setting: "state of the project",
  source: "Supabase GET /v1/projects/{ref}",
  fix: "Look at https://supabase.com/dashboard; a paused project is restored there, and cannot be backed up before.",
};
const REGION: FactKind = {
  id: "supabase.region",
  setting: "region of the project",
  source: "Supabase GET /v1/projects/{ref}",
  fix: "Correct `region` of {project} in the plan: a project cannot be moved.",
};
const COMPUTE: FactKind = {
  id: "supabase.compute",
  setting: "compute size",
  source: "Supabase GET /v1/projects/{ref}/billing/addons",
  fix: UP,
};
const SCHEDULE: FactKind = {
  id: "supabase.backup-schedule",
  setting: "start of the platform's daily backup",
  source: "Supabase GET /v1/projects/{ref}/database/backups/schedule",
  fix: UP,
};
const ENTITLEMENT: FactKind = {
  id: "supabase.entitlement",
  setting: "what the organization's plan entitles to",
  source: "Supabase GET /v1/organizations/{slug}/entitlements",
  fix: "Change the organization's plan at https://supabase.com/dashboard, or take it out of {project} in the plan.",
};

/** What Supabase has of a project that the plan declares; what the plan does not mention is nobody's finding. */
export const supabaseSource: AuditSource = {
  name: "supabase",
  kinds: [READABLE, STATUS, REGION, COMPUTE, ...PITR_KINDS, SCHEDULE, ...ACCESS_KINDS, ENTITLEMENT],
  async *read(context) {
    const projects = context.plan.projects.filter(({ kind }) => kind === "supabase");
    const byRef = new Map(
      projects.flatMap((project) => (project.ref ? [[project.ref, project] as const] : [])),
    );
    for (const { name, ref } of projects) {
      if (ref === undefined) yield unread(context, name, "no ref in the plan", undefined);
    }
    if (byRef.size === 0) return;
    const api = await context.api();
    const entitlements = entitlementReader(api, context.signal);
    let done = 0;
    for await (const read of readManySettings(api, byRef.keys(), { signal: context.signal })) {
      done += 1;
      context.progress({ step: "supabase", done, total: byRef.size, unit: "items" });
      const project = byRef.get(read.ref);
      if (project === undefined) continue;
      if ("error" in read) {
        const { error } = read;
        // Gone, or paused: that is known, and not as declared.
        const verdict = ["SUPABASE_NOT_FOUND", "SUPABASE_REFUSED"].includes(error.code) ? "FAIL" : "PARTIAL";
        yield unread(context, project.name, describe(error), error.hint, verdict);
      } else yield* projectFacts(context, project, read.settings, entitlements);
    }
  },
};

const describe = ({ code, message }: HoldfastError) => `${code}: ${redact(message)}`;

function unread(
  context: AuditContext,
  project: string,
  actual: string,
  fix: string | undefined,
  verdict: "FAIL" | "PARTIAL" = "PARTIAL",
): AuditFact {
  return makeFact(context, READABLE, { project, declared: "can be read", actual, fix, verdict });
}

type EntitlementReader = (slug: string) => ReturnType<typeof getEntitlements>;

/** Many projects share an organization. */
function entitlementReader(api: ManagementApi, signal: AbortSignal): EntitlementReader {
  const known = new Map<string, ReturnType<typeof getEntitlements>>();
  return (slug) => {
    const asked = known.get(slug) ?? getEntitlements(api, slug, { signal });
    known.set(slug, asked);
    return asked;
  };
}

async function* projectFacts(
  context: AuditContext,
  plan: ProjectPlan,
  settings: ProjectSettings,
  entitlements: EntitlementReader,
): AsyncGenerator<AuditFact> {
  const project = plan.name;
  const { project: found, addons, schedule } = settings;
  yield makeFact(context, READABLE, { project, declared: "can be read", actual: "can be read" });
  yield makeFact(context, STATUS, { project, declared: "ACTIVE_HEALTHY", actual: found.status });
  if (plan.region !== undefined)
    yield makeFact(context, REGION, { project, declared: plan.region, actual: found.region });
  if (plan.compute !== undefined) {
    const actual = (addons.compute ?? "ci_nano").replace(/^ci_/, "");
    yield makeFact(context, COMPUTE, { project, declared: plan.compute, actual });
  }
  yield* pitrFacts(context, plan, settings, await reachKnown(context, project));
  if (plan.backupSchedule !== undefined) {
    const actual = typeof schedule === "string" ? schedule : schedule.scheduledFor;
    yield makeFact(context, SCHEDULE, { project, declared: `${plan.backupSchedule}:00`, actual });
  }
  yield* accessFacts(context, plan, settings);
  yield* entitlementFacts(context, plan, found.organizationSlug, entitlements);
}

/** Without evidence the window's own edges have to do. */
async function reachKnown(context: AuditContext, project: string): Promise<KnownReach | undefined> {
  return await context.evidence().then(
    ({ reach, paidWindows }) => ({ told: reach.get(project) ?? [], paid: paidWindows.get(project) }),
    () => undefined,
  );
}

async function* entitlementFacts(
  context: AuditContext,
  plan: ProjectPlan,
  slug: string | undefined,
  entitlements: EntitlementReader,
): AsyncGenerator<AuditFact> {
  const variant = plan.pitr && `pitr_${plan.pitr.windowDays}`;
  if (slug === undefined || (variant === undefined && plan.backupSchedule === undefined)) return;
  const fact = (subject: string, has: boolean | undefined, actual?: string) =>
    makeFact(context, ENTITLEMENT, {
      project: plan.name,
      subject,
      declared: "entitled",
      actual: actual ?? (has ? "entitled" : "not entitled"),
      ...(has === undefined && { verdict: "PARTIAL" as const }),
    });
  try {
    const { pitrVariants, backupSchedule } = await entitlements(slug);
    if (variant !== undefined) yield fact(variant, pitrVariants.includes(variant));
    if (plan.backupSchedule !== undefined) yield fact("backup.schedule", backupSchedule);
  } catch (error) {
    if (!(error instanceof HoldfastError) || context.signal.aborted) throw error;
    yield fact(variant ?? "backup.schedule", undefined, describe(error));
  }
}
