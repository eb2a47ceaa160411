import type { HookStep } from "../schema/hooks.ts";
import type { ProjectRule } from "./plan-rule.ts";

const PAIRS: readonly (readonly [HookStep, HookStep])[] = [
  ["banner-on", "banner-off"],
  ["webhooks-off", "webhooks-on"],
  ["writes-off", "writes-on"],
];

/** What a recovery switches off it must be able to switch on again. */
export const hooksPaired: ProjectRule = ({ hooks }) =>
  PAIRS.flatMap(([begin, end]) =>
    hooks[begin] && !hooks[end]
      ? [
          {
            path: ["hooks", end],
            bound: `declared, as ${begin} is: the recovery would leave it so`,
            fix: `add ${end}: {command: […]}`,
          },
        ]
      : [],
  );
