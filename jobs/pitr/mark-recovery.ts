import { randomUUID } from "node:crypto";
import { HoldfastError } from "../../plan/holdfast-error.ts";
import { redact } from "../../plan/redact.ts";
import { startDeadline } from "../../supabase/deadline.ts";
import { type Marker, readMarkers, writeMarker } from "./marker.ts";
import type { PitrBegun } from "./pitr-begun.ts";
import type { PitrContext } from "./pitr-context.ts";
import { targetInFuture } from "./require-target.ts";

/**
 * A row carries the time just before its commit, and the rewind goes by the commit: rows so close to the target may
 * be on either side of it.
 */
const COMMIT_SECONDS = 5;

/** Rows from before the target that must come back; more would prove no more. */
const EARLIER_ROWS = 20;

/** How far the database's clock may be behind ours before the target counts as in its future. */
const CLOCK_SKEW_SECONDS = 10;

/**
 * Leaves a row from after the target in the database, and notes those from before it. A database that cannot be written
 * to is recovered all the same, with less proof: by what others have written.
 *
 * @throws HoldfastError TARGET_IN_FUTURE by the database's clock, SUPABASE_TOKEN_REFUSED, SUPABASE_RATE_LIMITED
 */
export async function markRecovery(
  context: PitrContext,
): Promise<Pick<PitrBegun, "witness" | "noWitness" | "earlier">> {
  const { run, table, target, timing, deadline, clock, sleep, signal } = context;
  const patience = startDeadline(Math.min(timing.markerSeconds, deadline.remainingSeconds()), {
    clock,
    sleep,
  });
  const patiently = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    for (;;) {
      try {
        return await work();
      } catch (error) {
        if (signal?.aborted || !mayPass(error) || !(await patience.sleep(timing.pollSeconds, signal)))
          throw error;
      }
    }
  };
  const until = new Date(target.getTime() - COMMIT_SECONDS * 1000);
  const read = (range: { readonly after?: Date; readonly until?: Date; readonly limit: number }) =>
    patiently(() => readMarkers(run, { ...table, ...range })).catch((error) => withoutMarkers(error, signal));
  try {
    const witness = asJson(await patiently(() => writeLaterMarker(context)));
    return { witness, earlier: (await read({ until, limit: EARLIER_ROWS })).map(asJson) };
  } catch (error) {
    if (!mayPass(error)) throw error;
    withoutMarkers(error, signal);
    const [newest] = await read({ after: target, limit: 1 });
    return {
      noWitness: redact(error.message),
      ...(newest && { witness: asJson(newest) }),
      earlier: (await read({ until, limit: EARLIER_ROWS })).map(asJson),
    };
  }
}

/** Trouble with the database alone, not with the request or the account. */
function mayPass(error: unknown): error is HoldfastError {
  const lasting = ["TARGET_IN_FUTURE", "SUPABASE_TOKEN_REFUSED", "SUPABASE_RATE_LIMITED"];
  return error instanceof HoldfastError && !lasting.includes(error.code);
}

function withoutMarkers(error: unknown, signal: AbortSignal | undefined): Marker[] {
  signal?.throwIfAborted();
  if (mayPass(error)) return [];
  throw error;
}

async function writeLaterMarker(context: PitrContext): Promise<Marker> {
  const { run, table, target, deadline, signal } = context;
  const note = `before a recovery to ${target.toISOString()}`;
  for (;;) {
    const marker = await writeMarker(run, { ...table, id: randomUUID(), note });
    if (marker.at > target) return marker;
    // The target has passed by our clock, not yet by the database's.
    const behindSeconds = (target.getTime() - marker.at.getTime()) / 1000 + 0.1;
    if (behindSeconds > CLOCK_SKEW_SECONDS || !(await deadline.sleep(behindSeconds, signal)))
      throw targetInFuture(target, marker.at, " by the database's clock");
  }
}

const asJson = ({ id, at }: Marker) => ({ id, at: at.toISOString() });
