import assert from "node:assert/strict";
import { describeSchedule } from "../../plan/describe-schedule.ts";

describe("describeSchedule", () => {
  for (const [cron, words] of [
    ["0 2 * * *", "daily at 02:00"],
    ["15 * * * *", "hourly at minute 15"],
    ["0 5 * * 1", "Mondays at 05:00"],
    ["0 3 * * 0", "Sundays at 03:00"],
    ["0 3 * * 7", "Sundays at 03:00"],
    ["0 4 1 * *", "monthly on day 1 at 04:00"],
    ["0 5 3 1,4,7,10 *", "on 3 January, April, July, October at 05:00"],
    ["0 5 4 11 *", "on 4 November at 05:00"],
    ["0 */6 * * *", "cron 0 */6 * * *"],
    ["*/15 * * * *", "cron */15 * * * *"],
    ["0 2 * * 1-5", "cron 0 2 * * 1-5"],
    ["0 2 1-7 * *", "cron 0 2 1-7 * *"],
    ["0 2 1 JAN *", "cron 0 2 1 JAN *"],
    ["0 2 * 1 1", "cron 0 2 * 1 1"],
  ] as const) {
    it(`says ${words}`, () => assert.equal(describeSchedule(cron), words));
  }
});
