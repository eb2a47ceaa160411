import { firingsPerMonth, longestGapSeconds } from "../schedule.ts";
import type { ProjectRule } from "./plan-rule.ts";

/** Runs whose parts of a bucket's index a reader merges without trouble. */
const MOST_RUNS = 512;
const MONTH_SECONDS = 30.4375 * 86_400;

/** Each sync leaves a part of the index until the next full one: too many make every sync, proof and restore slow. */
export const indexReadable: ProjectRule = ({ storage }) =>
  storage.flatMap(({ schedule, reconcile, shards }, index) => {
    const months = longestGapSeconds(reconcile) / MONTH_SECONDS;
    const runs = shards * Math.round(firingsPerMonth(schedule) * months);
    if (runs <= MOST_RUNS) return [];
    return [
      {
        path: ["storage", index, "reconcile"],
        bound: `so often that at most ${MOST_RUNS} syncs of all shards come between two full ones (schedule "${schedule}" and ${shards} shard${shards === 1 ? "" : "s"} make ${runs})`,
        fix: 'write reconcile: "0 1 * * *", less frequent syncs, or fewer shards',
        shown: JSON.stringify(reconcile),
      },
    ];
  });
