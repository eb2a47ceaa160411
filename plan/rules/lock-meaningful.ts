import type { VaultRule } from "./plan-rule.ts";

/** Days of a lock that does not exist would be read as protection by an auditor. */
export const lockMeaningful: VaultRule = ({ lock }) =>
  lock.mode === "none" && lock.days !== undefined && lock.days > 0
    ? [
        {
          path: ["lock", "days"],
          bound: "absent with mode none: nothing is locked",
          fix: "remove days, or write mode: compliance",
        },
      ]
    : [];
