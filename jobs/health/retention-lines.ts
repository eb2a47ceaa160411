import type { ProjectPlan } from "../../plan/protection-plan.ts";
import { retentionDays } from "../../plan/retention-days.ts";
import { retentionSet } from "../../plan/retention-set.ts";
import { TIERS } from "../../plan/tier.ts";
import type { Point } from "../../vault/list-points.ts";
import type { LockMode } from "../../vault/vault.ts";
import { fail, type HealthLine, type Judged, notMeasured, pass, warn } from "./health-line.ts";
import { judgeLine } from "./judge-line.ts";

const DAY_MILLISECONDS = 86_400_000;
/** S3 counts begun days, and its lifecycle comes once a day and hides within two. */
const LIFECYCLE_DAYS = 3;
/** A lock that ends on the same day is the lock that was meant. */
const LOCK_TOLERANCE_MILLISECONDS = DAY_MILLISECONDS;

/** Of each tier: is every point locked as long as it must exist, and are those gone that had to go. */
export async function retentionLines(
  { lockMode }: { readonly lockMode: LockMode },
  project: ProjectPlan,
  now: Date,
  points: () => Promise<readonly Point[]>,
): Promise<HealthLine[]> {
  const lines = TIERS.flatMap((tier) => {
    const rule = project.tiers[tier];
    if (rule === undefined) return [];
    const days = retentionDays(rule);
    const mode = lockMode === "none" ? "none" : (rule.lockMode ?? lockMode);
    const bound = mode === "none" ? `${days}d` : `${days}d, locked (${mode})`;
    return [
      judgeLine({ id: `retention.${tier}`, project: project.name, bound }, async () => {
        const ofTier = (await points()).filter((point) => point.tier === tier);
        if (ofTier.length === 0)
          return rule.schedule === undefined ? pass("there is no point") : notMeasured("there is no point");
        return judge(ofTier, { days, mode, retain: rule.retain, now });
      }),
    ];
  });
  return await Promise.all(lines);
}

interface Rule {
  readonly days: number;
  readonly mode: LockMode;
  readonly retain: Parameters<typeof retentionSet>[1];
  readonly now: Date;
}

function judge(points: readonly Point[], { days, mode, retain, now }: Rule): Judged {
  const mustExistUntil = ({ createdAt }: Point) => createdAt.getTime() + days * DAY_MILLISECONDS;
  const owed = points.filter((point) => mode !== "none" && mustExistUntil(point) > now.getTime());
  const short = owed.filter(
    (point) => (point.lockUntil?.getTime() ?? 0) < mustExistUntil(point) - LOCK_TOLERANCE_MILLISECONDS,
  );
  const [first] = short;
  if (first !== undefined) {
    const until = first.lockUntil ? `only until ${first.lockUntil.toISOString().slice(0, 10)}` : "not at all";
    return fail(`${short.length} of ${points.length} locked too short: ${first.id} ${until}`);
  }
  // The stronger mode keeps what the weaker one promises; governance can be bypassed.
  const weak = owed.filter(({ lockMode }) => mode === "compliance" && lockMode !== "compliance");
  const [weakest] = weak;
  if (weakest !== undefined)
    return fail(
      `${weak.length} of ${points.length} locked in a weaker mode: ${weakest.id} ${weakest.lockMode}`,
    );
  const { keep, expirable } = retentionSet(points, retain, now);
  const overdue = expirable.filter(
    ({ point }) => mustExistUntil(point) + LIFECYCLE_DAYS * DAY_MILLISECONDS < now.getTime(),
  );
  const [oldest] = overdue.toReversed();
  if (oldest !== undefined)
    return warn(`${overdue.length} of ${points.length} outlive it, the oldest ${oldest.point.id}`);
  const unverified = points.filter(({ verifiedAt }) => verifiedAt === undefined);
  const late = unverified.filter((point) => mustExistUntil(point) < now.getTime());
  const [unproved] = late.toReversed();
  if (unproved !== undefined)
    return warn(`${late.length} of ${points.length} stay as they were never verified: ${unproved.id}`);
  return pass(`${keep.length} kept, ${expirable.length} may go`);
}
