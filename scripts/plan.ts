import { forecastCost } from "../plan/cost.ts";
import { describePlan } from "../plan/describe-plan.ts";
import { HoldfastError } from "../plan/holdfast-error.ts";
import { nextDueItems } from "../plan/next-due.ts";
import { planNotes } from "../plan/plan-notes.ts";
import { loadPlan } from "./lib/load-plan.ts";
import { runCommand } from "./lib/run-command.ts";

function readTime(text: string): Date {
  const at = new Date(text);
  if (/^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?Z)?$/.test(text) && !Number.isNaN(at.getTime()))
    return at;
  throw new HoldfastError({
    code: "USAGE",
    message: `--at is "${text}"; it must be a time in UTC`,
    hint: "Write e.g. --at 2026-01-31T02:00:00Z.",
    exitCode: 2,
  });
}

await runCommand({
  name: "plan",
  summary:
    "Checks a protection plan and prints it in words: promises, schedules, cost, egress, and what it leaves open.",
  usage: "npm run plan -- (--stack NAME | --plan FILE.yaml) [--at TIME] [--json]",
  options: {
    stack: {
      type: "string",
      placeholder: "NAME",
      description: "the stack whose Pulumi.NAME.yaml holds the plan",
    },
    plan: { type: "string", placeholder: "FILE", description: "a YAML file that is a plan" },
    at: {
      type: "string",
      placeholder: "TIME",
      description: "reckon what is due from this time, UTC, instead of now",
    },
  },
  examples: ["npm run plan -- --stack prod", "npm run plan -- --plan my.yaml --json"],
  async run({ stack, plan: file, at }, { clock, json }) {
    const now = at === undefined ? clock() : readTime(at);
    const plan = await loadPlan({ stack, plan: file });
    if (!json) return { text: describePlan(plan, now) };
    const forecast = forecastCost(plan);
    return {
      result: { at: now, plan, nextDue: nextDueItems(plan, now), forecast, notes: planNotes(plan, forecast) },
    };
  },
});
