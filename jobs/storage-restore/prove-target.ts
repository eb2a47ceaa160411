import { runEach } from "../run-each.ts";
import { differenceOf } from "./compare-target.ts";
import type { RestoreReport } from "./restore-report.ts";
import { type StorageRestoreContext, statesOf } from "./storage-restore-context.ts";

/**
 * Compares the target with the point once more, as it is after the upload: names, sizes, contents. An object whose eTag
 * cannot tell is read back to its last byte.
 * @param reasons why single objects could not be written
 */
export async function proveTarget(
  context: StorageRestoreContext,
  report: RestoreReport,
  reasons: ReadonlyMap<string, string>,
): Promise<void> {
  const { target, wanted, progress } = context;
  let same = 0;
  let done = 0;
  await runEach({
    items: statesOf(context),
    workers: context.workers,
    signal: context.signal,
    work: async (state, signal) => {
      const { name, match, found } = state;
      done += 1;
      progress({ step: `prove ${wanted.bucket}`, done, total: wanted.objects, unit: "items" });
      if (found === undefined)
        return report.add(name, "missing", reasons.get(name) ?? "it was written and is not there any more");
      if (match === undefined) return report.add(name, "orphan", "the point does not have it");
      const expected = match.indexRow;
      if (expected === undefined)
        return report.add(
          name,
          "changed",
          "the mirror has no copy of the point's version to compare it with",
        );
      const difference = await differenceOf(target, { ...state, expected, found }, signal);
      if (difference === undefined) same += 1;
      else report.add(name, "changed", difference);
    },
  });
  report.counts.alreadyThere = Math.max(0, same - report.counts.restored);
}
