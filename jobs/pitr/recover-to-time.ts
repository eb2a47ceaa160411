import { HoldfastError } from "../../plan/holdfast-error.ts";
import { startDeadline } from "../../supabase/deadline.ts";
import { sleep as realSleep } from "../../supabase/sleep.ts";
import { tryRecordEvidence } from "../record-evidence.ts";
import { typedError } from "../typed-error.ts";
import { beginRecovery } from "./begin-recovery.ts";
import { endRecovery } from "./end-recovery.ts";
import { type Ending, followRestore } from "./follow-restore.ts";
import { PitrBegun } from "./pitr-begun.ts";
import type { PitrContext } from "./pitr-context.ts";
import type { PitrOutcome } from "./pitr-outcome.ts";
import type { PitrRequest } from "./pitr-request.ts";
import { PITR_TIMING } from "./pitr-timing.ts";
import { queryThroughApi } from "./query-through-api.ts";
import { requireTarget } from "./require-target.ts";
import { type Sent, sendRestore } from "./send-restore.ts";

/**
 * Rewinds a Supabase project in place to a moment of its point-in-time recovery, follows it until it serves again, and
 * proves by rows what it holds: one written just before the restore must be gone, those from before the target must be
 * there. That Supabase calls the project healthy proves neither.
 *
 * What is wrong with the request is an error, and the project is not restored. What goes wrong once Supabase was asked
 * is an outcome, from which the caller can fall back to a recovery point. Both leave evidence when a vault is given.
 *
 * Killed at any moment, the same call with `begun` goes on: it never asks for a restore again unless rows from after
 * the target prove that there was none.
 *
 * @throws HoldfastError RECOVERY_NOT_CONFIRMED, RECOVERY_DIFFERS, TARGET_INVALID, TARGET_IN_FUTURE, TARGET_BEFORE_WINDOW,
 * TARGET_AFTER_WINDOW, PITR_NOT_ENABLED, PITR_WINDOW_EMPTY, PROJECT_UNKNOWN, PROJECT_NOT_READY; ApiError when Supabase
 * cannot be asked; the signal's reason
 */
export async function recoverToTime(request: PitrRequest): Promise<PitrOutcome> {
  const { vault, project } = request;
  const facts = { ref: request.ref, target: Number.isNaN(request.target.getTime()) ? null : request.target };
  try {
    const { begun, ...outcome } = await recover(request);
    const evidenceProblem =
      vault && (await tryRecordEvidence(vault, "pitr-recovery", project.name, { ...outcome }));
    return { ...outcome, begun, ...(evidenceProblem !== undefined && { evidenceProblem }) };
  } catch (cause) {
    const error = typedError(cause, `The recovery of ${request.ref}`, request.signal);
    if (vault)
      await tryRecordEvidence(vault, "pitr-recovery", project.name, { verdict: "FAIL", ...facts, error });
    throw error;
  }
}

async function recover(request: PitrRequest): Promise<PitrOutcome> {
  const { clock } = request;
  const target = requireTarget({ ...request, now: clock() });
  const earlier = request.begun && requireSame(request.begun, request.ref, target);
  const context = contextOf(request, target, earlier);
  let begun = earlier ?? (await beginRecovery(context));
  const note = async (next: PitrBegun): Promise<void> => {
    begun = next;
    await request.onBegun?.(next);
  };
  // An earlier call may have been killed between asking and noting the answer: then nobody knows.
  let sent: Sent = { outcome: begun.acceptedAt === undefined ? "unknown" : "accepted" };
  if (earlier === undefined) sent = await ask(context, begun, note);
  if (sent.outcome === "refused") return await endRecovery(request, context, begun, sent);
  let ending = await followRestore(context, begun);
  if (sent.outcome === "unknown" && isUntouched(ending)) {
    sent = await ask(context, begun, note);
    ending = await followRestore(context, begun);
    // A refusal may also mean that the first request has begun after all; then it is that one's end.
    if (sent.outcome === "refused" && isUntouched(ending))
      return await endRecovery(request, context, begun, sent);
  }
  return await endRecovery(request, context, begun, ending);
}

/** Rows from after the target are there and the project never went away: no restore has happened, so one may be asked for. */
const isUntouched = (ending: Ending) => ending.kind === "not-begun" && ending.later === "there";

async function ask(
  context: PitrContext,
  begun: PitrBegun,
  note: (begun: PitrBegun) => Promise<void>,
): Promise<Sent> {
  await note(begun);
  const sent = await sendRestore(context, {
    earliest: new Date(begun.window.earliest),
    latest: new Date(begun.window.latest),
  });
  if (sent.outcome === "accepted") await note({ ...begun, acceptedAt: context.clock().toISOString() });
  return sent;
}

function requireSame(begun: PitrBegun, ref: string, target: Date): PitrBegun {
  const parsed = PitrBegun.safeParse(begun);
  if (parsed.success && parsed.data.ref === ref && parsed.data.target === target.toISOString())
    return parsed.data;
  throw new HoldfastError({
    code: "RECOVERY_DIFFERS",
    message: parsed.success
      ? `The recovery that was begun takes project ${parsed.data.ref} to ${parsed.data.target}, not ${ref} to ${target.toISOString()}. Nothing was changed.`
      : "What was kept of the begun recovery is not readable. Nothing was changed.",
    hint: "Give the same project and target again, or begin a new recovery when the earlier one has ended.",
    exitCode: 2,
  });
}

function contextOf(request: PitrRequest, target: Date, begun: PitrBegun | undefined): PitrContext {
  const { api, ref, clock, sleep = realSleep, signal } = request;
  const all = request.deadlineSeconds ?? request.project.objectives.rtoSeconds;
  const used = begun ? (clock().getTime() - new Date(begun.requestedAt).getTime()) / 1000 : 0;
  const deadline = startDeadline(Math.max(0, all - used), { clock, sleep });
  const base = {
    api,
    ref,
    target,
    table: request.marker ?? {},
    timing: { ...PITR_TIMING, ...request.timing },
    deadline,
    clock,
    sleep,
    signal,
    progress: request.progress ?? (() => {}),
    onState: request.onState ?? (() => {}),
  };
  return { ...base, run: request.database ?? queryThroughApi(base) };
}
