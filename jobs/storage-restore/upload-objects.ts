import { setTimeout as sleep } from "node:timers/promises";
import { HoldfastError } from "../../plan/holdfast-error.ts";
import { awsErrorFacts, isUnavailable } from "../../vault/aws-error.ts";
import { getMirrorObject } from "../../vault/mirror/get-mirror-object.ts";
import type { IndexRow } from "../../vault/mirror/index-row.ts";
import { type Mirror, openMirror } from "../../vault/mirror/open-mirror.ts";
import { SMALL_OBJECT_BYTES } from "../../vault/mirror/put-mirror-object.ts";
import { planPartSize } from "../../vault/plan-part-size.ts";
import { runEach } from "../run-each.ts";
import { ByteBudget } from "../storage/byte-budget.ts";
import type { CatalogRow } from "../storage/catalog-rows.ts";
import { objectHeaders } from "./object-headers.ts";
import type { RestoreReport } from "./restore-report.ts";
import { type StorageRestoreContext, statesOf } from "./storage-restore-context.ts";
import { targetError } from "./target-error.ts";

/** What all copies hold in memory together. */
const BUDGET_BYTES = 96 * 1024 * 1024;
/** Of one object, each with several attempts of every request. */
const ATTEMPTS = 3;
const PAUSE_MILLISECONDS = 300;
const NAMED = 1_000;

/** What the target says to an object that it will never take, whoever asks. */
const REFUSED =
  /^(InvalidKey|KeyTooLongError|EntityTooLarge|InvalidMimeType|InvalidArgument|InvalidRequest|MetadataTooLarge)$/;
const IN_MIRROR = /^MIRROR_OBJECT_(MISSING|DAMAGED)$/;

/**
 * Writes every object of the point that the target does not have. One that the mirror cannot give or the target does
 * not take keeps no other from being written.
 * @returns why single objects could not be written, by name, the first thousand
 * @throws HoldfastError STORAGE_UNAVAILABLE, STORAGE_KEYS_REFUSED and others of target and vault: then the same restore
 * goes on with the next run
 */
export async function uploadObjects(
  context: StorageRestoreContext,
  report: RestoreReport,
): Promise<ReadonlyMap<string, string>> {
  const { vault, manifest, wanted, progress } = context;
  const mirror = await openMirror({ vault, project: manifest.project, bucket: wanted.bucket });
  const budget = new ByteBudget(BUDGET_BYTES);
  const reasons = new Map<string, string>();
  let done = 0;
  try {
    await runEach({
      items: statesOf(context),
      workers: context.workers,
      signal: context.signal,
      work: async ({ name, match, found }, signal) => {
        done += 1;
        if (match === undefined || found !== undefined) return;
        const { row, indexRow, problem } = match;
        const reason =
          indexRow === undefined
            ? REASONS[problem ?? "missing-in-mirror"]
            : await budget.within(roomFor(indexRow.size), () =>
                upload(context, mirror, { row, indexRow, signal }),
              );
        if (reason !== undefined) {
          if (reasons.size < NAMED) reasons.set(name, reason);
          return;
        }
        report.counts.restored += 1;
        report.counts.bytes += indexRow?.size ?? 0;
        progress({ step: `restore ${wanted.bucket}`, done, total: wanted.objects, unit: "items" });
      },
    });
  } finally {
    mirror.close();
  }
  return reasons;
}

const REASONS = {
  "missing-in-mirror": "the mirror has nothing of it",
  changed: "the mirror has other versions of it only: it was replaced before a sync could copy it",
} as const;

const roomFor = (size: number): number => (size <= SMALL_OBJECT_BYTES ? 2 * size : 2 * planPartSize(size));

interface Upload {
  readonly row: CatalogRow;
  readonly indexRow: IndexRow;
  readonly signal: AbortSignal;
}

/** @returns why this one object cannot be written; undefined when it is */
async function upload(
  { target }: StorageRestoreContext,
  mirror: Mirror,
  { row, indexRow, signal }: Upload,
): Promise<string | undefined> {
  const { name, size } = indexRow;
  for (let attempt = 1; ; attempt++) {
    const body = getMirrorObject(mirror, indexRow, { signal });
    try {
      const object = { name, size, body, headers: objectHeaders(row), signal };
      if (size <= SMALL_OBJECT_BYTES) await target.putSmall(object);
      else await target.putLarge(object);
      return undefined;
    } catch (error) {
      signal.throwIfAborted();
      const facts = awsErrorFacts(error);
      if (error instanceof HoldfastError && IN_MIRROR.test(error.code)) return error.message;
      if (error instanceof HoldfastError) throw error;
      if (REFUSED.test(facts.name)) return `the target does not take it: ${facts.name}, ${facts.message}`;
      // An upload whose last answer was lost is gone for the one who asks again.
      const isAgain = isUnavailable(facts) || facts.name === "NoSuchUpload";
      if (!isAgain || attempt >= ATTEMPTS) throw targetError(error, { bucket: target.bucket, name });
      await sleep(PAUSE_MILLISECONDS * 2 ** attempt * (0.5 + Math.random()), undefined, { signal });
    } finally {
      body.destroy();
    }
  }
}
