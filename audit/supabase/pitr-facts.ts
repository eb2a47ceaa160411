import { formatDuration } from "../../plan/duration.ts";
import type { ProjectPlan } from "../../plan/protection-plan.ts";
import type { RecoveryWindow } from "../../supabase/calls/list-backups.ts";
import type { ProjectSettings } from "../../supabase/project-settings.ts";
import type { AuditContext } from "../audit-context.ts";
import type { AuditFact, FactKind } from "../audit-fact.ts";
import type { PaidWindow, RecordedReach } from "../evidence-index.ts";
import { makeFact } from "../make-fact.ts";

const UP = "pulumi up --refresh --stack {stack}";

const ENABLED: FactKind = {
  id: "supabase.pitr",
  setting: "point-in-time recovery",
  source: "Supabase GET /v1/projects/{ref}/database/backups",
  fix: UP,
};
const WINDOW: FactKind = {
  id: "supabase.pitr-window",
  setting: "days that point-in-time recovery is paid for",
  source: "Supabase GET /v1/projects/{ref}/billing/addons",
  fix: UP,
};
const REACH: FactKind = {
  id: "supabase.pitr-reach",
  setting: "how far back point-in-time recovery really reaches",
  source: "Supabase GET /v1/projects/{ref}/database/backups",
  fix: "Ask Supabase's support where the log went; until it reaches back again, points are what is left: npm run points -- {plan} --project {project}",
  moves: true,
};
const LAG: FactKind = {
  id: "supabase.pitr-lag",
  setting: "how far point-in-time recovery is behind",
  source: "Supabase GET /v1/projects/{ref}/database/backups",
  fix: "Either nothing was written since, or the log is not shipped: npm run health -- {plan} tells which.",
  moves: true,
};

export const PITR_KINDS: readonly FactKind[] = [ENABLED, WINDOW, REACH, LAG];

/** The window's first edge moves in steps of a daily backup, and one may be late. */
const STEP_SECONDS = 86_400 + 3_600;
const DAY_MILLISECONDS = 86_400_000;

/**
 * Whether point-in-time recovery is on and paid for, and whether its window is what was paid for.
 * @param known what the evidence tells of the window; nothing where it cannot be read
 */
export function* pitrFacts(
  context: AuditContext,
  { name: project, pitr }: ProjectPlan,
  { addons, backups, project: { createdAt } }: ProjectSettings,
  known: KnownReach = { told: [] },
): Generator<AuditFact> {
  if (pitr === undefined) return;
  const days = (count: number | undefined) => (count === undefined ? "none" : `${count} days`);
  const actual = backups.pitrEnabled ? "on" : "off";
  yield makeFact(context, ENABLED, { project, declared: "on", actual });
  yield makeFact(context, WINDOW, {
    project,
    declared: days(pitr.windowDays),
    actual: days(addons.pitr?.windowDays),
  });
  if (!backups.pitrEnabled) return;
  // Where something else is paid for, that is why it is short, and no raising.
  const isPaid = addons.pitr?.windowDays === pitr.windowDays;
  const paidSince = known.paid?.days === days(pitr.windowDays) ? known.paid.since : undefined;
  const owed = { project, windowDays: pitr.windowDays, createdAt, told: known.told, isPaid, paidSince };
  yield reachFact(context, owed, backups.window);
  if (backups.window) yield lagFact(context, project, backups.window);
}

/** What evidence tells of a project's window. */
export interface KnownReach {
  readonly told: readonly RecordedReach[];
  readonly paid?: PaidWindow | undefined;
}

interface Owed extends Pick<KnownReach, "told"> {
  readonly project: string;
  readonly windowDays: number;
  readonly createdAt: Date;
  /** Whether the declared days are what is paid for now, and since when each audit saw that. */
  readonly isPaid: boolean;
  readonly paidSince: Date | undefined;
}

/**
 * A window that is not full yet is no finding while it only grows: when the add-on was bought is not told, so what
 * speaks against it is a moment after the project's making that could be recovered once and no longer can. That is
 * certain when the moment was told since these days are paid for, or when the window reaches back less far than it did
 * then. Else the days may have been raised in between: what a shorter window had let go does not come back.
 */
function reachFact(context: AuditContext, owed: Owed, window: RecoveryWindow | undefined): AuditFact {
  const { project, windowDays, createdAt, told, isPaid, paidSince } = owed;
  const now = context.clock();
  const declared = `${windowDays}d back, or to its beginning`;
  if (window === undefined) {
    const fix = "Wait for the first backup after it was switched on, a day at most, and audit again.";
    return makeFact(context, REACH, { project, declared, actual: "nothing can be recovered to", fix });
  }
  const { earliest } = window;
  const actual = `from ${earliest.toISOString()}, ${age(earliest, now)} back`;
  const whole = new Date(now.getTime() - (windowDays * 86_400 - STEP_SECONDS) * 1_000);
  const gone = told.filter((one) => one.earliest < earliest && earliest > createdAt && earliest > whole);
  const longest = seconds(earliest, now) + STEP_SECONDS;
  const lost = gone.filter(
    (one) => !isPaid || (paidSince && one.at >= paidSince) || seconds(one.earliest, one.at) > longest,
  );
  const [first] = (lost.length > 0 ? lost : gone).map((one) => one.earliest).sort((a, b) => +a - +b);
  if (first === undefined) return makeFact(context, REACH, { project, declared, actual, verdict: "PASS" });
  const once = `${actual}; ${first.toISOString()} could be recovered once`;
  if (lost.length > 0) return makeFact(context, REACH, { project, declared, actual: once, verdict: "FAIL" });
  const full = new Date(earliest.getTime() + windowDays * DAY_MILLISECONDS).toISOString().slice(0, 10);
  return makeFact(context, REACH, {
    ...{ project, declared, verdict: "PARTIAL" },
    actual: `${once}, perhaps before the days were raised: full on ${full}`,
    fix: "Nothing, if its days were raised in the time before; it grows by a day each day, and each audit remembers.",
  });
}

function lagFact(context: AuditContext, project: string, { latest }: RecoveryWindow): AuditFact {
  const now = context.clock();
  const bound = context.plan.alerts.thresholds.pitrGapCriticalSeconds;
  const lagSeconds = seconds(latest, now);
  return makeFact(context, LAG, {
    project,
    declared: `at most ${formatDuration(bound)} behind`,
    actual: `until ${latest.toISOString()}, ${age(latest, now)} behind`,
    // A database in which nothing is written ships nothing, which from outside looks the same.
    verdict: lagSeconds <= bound ? "PASS" : "PARTIAL",
  });
}

const seconds = (from: Date, to: Date) => (to.getTime() - from.getTime()) / 1_000;
const age = (from: Date, to: Date) => formatDuration(Math.max(0, Math.round(seconds(from, to))));
