import { HoldfastError } from "../../plan/holdfast-error.ts";
import { type Check, overallVerdict } from "../verdict.ts";
import { findFallback } from "./find-fallback.ts";
import type { Ending } from "./follow-restore.ts";
import type { PitrBegun } from "./pitr-begun.ts";
import type { PitrContext } from "./pitr-context.ts";
import type { PitrOutcome, PitrState } from "./pitr-outcome.ts";
import type { PitrRequest } from "./pitr-request.ts";
import { proveRewind, proveServices, type RewindProof } from "./prove-rewind.ts";
import type { Sent } from "./send-restore.ts";

interface Judgement extends RewindProof {
  readonly state: PitrState;
  readonly healthyAt?: Date;
  readonly why?: string;
}

const WHY_FALL_BACK: Readonly<Record<Exclude<PitrState, "recovered">, string>> = {
  stuck: "hangs",
  failed: "did not bring the project back",
  refused: "did not bring the project back",
  unproven: "may have brought the project back, but no row tells",
};

/** Proves what can be proved, and puts the end of a recovery into figures and words. */
export async function endRecovery(
  request: Pick<PitrRequest, "incidentAt" | "vault" | "project">,
  context: PitrContext,
  begun: PitrBegun,
  ending: Ending | (Sent & { outcome: "refused" }),
): Promise<PitrOutcome> {
  const { ref, target, clock } = context;
  const requestedAt = new Date(begun.requestedAt);
  const { state, why, checks, healthyAt, provedUpTo } = await judge(context, begun, ending);
  const incidentAt = request.incidentAt ?? requestedAt;
  const reasons = [
    ...(why === undefined ? [] : [why]),
    ...checks.filter(({ verdict }) => verdict !== "PASS").map(({ name, detail }) => `${name}: ${detail}`),
  ];
  const isLost = state === "stuck" || state === "failed" || state === "refused";
  return {
    verdict: isLost ? "FAIL" : state === "unproven" ? "PARTIAL" : overallVerdict(checks),
    state,
    ref,
    target,
    requestedAt,
    ...(begun.acceptedAt !== undefined && { startedAt: new Date(begun.acceptedAt) }),
    ...(healthyAt && { healthyAt }),
    durationSeconds: seconds(requestedAt, healthyAt ?? clock()),
    lossSeconds: Math.max(0, seconds(target, incidentAt)),
    ...(provedUpTo && { provedUpTo }),
    window: { earliest: new Date(begun.window.earliest), latest: new Date(begun.window.latest) },
    checks,
    reasons,
    ...(state !== "recovered" && {
      fallback: await findFallback({
        why: `Point-in-time recovery ${WHY_FALL_BACK[state]}.`,
        vault: request.vault,
        project: request.project.name,
        incidentAt: request.incidentAt ?? target,
      }),
    }),
    begun,
  };
}

async function judge(
  context: PitrContext,
  begun: PitrBegun,
  ending: Ending | (Sent & { outcome: "refused" }),
): Promise<Judgement> {
  if ("outcome" in ending) return { state: "refused", why: ending.why, checks: [] };
  switch (ending.kind) {
    case "rewound":
      return await judgeRewound(context, begun);
    case "returned":
      return { ...(await judgeRewound(context, begun, "unproven")), why: ending.why };
    case "stuck":
    case "failed":
      return { state: ending.kind, why: ending.why, checks: [] };
    case "lost":
      return { state: "unproven", why: ending.why, checks: [] };
    case "not-begun":
      return ending.later === "there"
        ? {
            state: "failed",
            why: `${ending.why}, and rows written after the target are still there: it was not rewound`,
            checks: [],
          }
        : { ...(await judgeRewound(context, begun, "unproven")), why: ending.why };
  }
}

async function judgeRewound(
  context: PitrContext,
  begun: PitrBegun,
  state: PitrState = "recovered",
): Promise<Judgement> {
  const rewoundAt = context.clock();
  const proof = await provedOrNot(context, begun);
  const services = await proveServices(context);
  const checks: readonly Check[] = [...proof.checks, services];
  // The service is back when all of it is; one that stays away does not move the moment when the data were.
  const healthyAt = services.verdict === "PASS" ? context.clock() : rewoundAt;
  return overallVerdict(checks) === "FAIL"
    ? { ...proof, checks, state: "failed" }
    : { ...proof, checks, state, healthyAt };
}

/** A database that went silent again is not a reason to lose what is known. */
async function provedOrNot(context: PitrContext, begun: PitrBegun): Promise<RewindProof> {
  try {
    return await proveRewind(context, begun);
  } catch (error) {
    context.signal?.throwIfAborted();
    if (!(error instanceof HoldfastError)) throw error;
    return { checks: [{ name: "the proof by rows", verdict: "PARTIAL", detail: error.message }] };
  }
}

const seconds = (from: Date, to: Date) => (to.getTime() - from.getTime()) / 1000;
