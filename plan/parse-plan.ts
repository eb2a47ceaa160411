import { explainIssue, valueAt } from "./explain-issue.ts";
import { HoldfastError } from "./holdfast-error.ts";
import { type Finding, formatPath, type PlanProblem } from "./plan-problem.ts";
import type { ProtectionPlan } from "./protection-plan.ts";
import { redact } from "./redact.ts";
import { resolvePlan } from "./resolve-plan.ts";
import { checkRules } from "./rules/check-rules.ts";
import { EnvironmentPlan } from "./schema/environment-plan.ts";

export interface ParsePlanOptions {
  /** The line of the file where a path stands, from 1. */
  readonly lineOf?: (path: readonly PropertyKey[]) => number | undefined;
}

/**
 * Reads a protection plan: every field by itself, then the rules between fields, then the defaults.
 * @param input the plan as read from YAML
 * @param sourceName where it comes from, for the message
 * @throws HoldfastError PLAN_INVALID (exit 2) that lists every problem with path, value, bound and fix; its
 * `details` are `PlanProblem`s
 */
export function parsePlan(
  input: unknown,
  sourceName: string,
  options: ParsePlanOptions = {},
): ProtectionPlan {
  const parsed = EnvironmentPlan.safeParse(input);
  const shape = (parsed.error?.issues ?? []).flatMap((issue) => explainIssue(EnvironmentPlan, input, issue));
  const findings = withoutEchoes([...shape, ...checkRules(input)], input);
  if (parsed.success && findings.length === 0) return resolvePlan(parsed.data);
  throw invalid(
    findings.map((finding) => problem(finding, input, options)),
    sourceName,
  );
}

/** A misspelt key is one mistake, though its right name is missing too and the object around it looks incomplete. */
function withoutEchoes(findings: readonly Finding[], input: unknown): Finding[] {
  const misspelt = findings.filter((finding) => finding.meant !== undefined);
  const echoes = new Set(
    misspelt.flatMap(({ path, meant = "" }) => {
      const parent = path.slice(0, -1);
      return [formatPath(parent), formatPath([...parent, meant])];
    }),
  );
  return findings.filter((finding) => {
    if (finding.meant !== undefined || !echoes.has(formatPath(finding.path))) return true;
    const value = valueAt(input, finding.path);
    return value !== undefined && (value === null || typeof value !== "object");
  });
}

function problem(finding: Finding, input: unknown, { lineOf }: ParsePlanOptions): PlanProblem {
  const line = lineOf?.(finding.path);
  return {
    path: formatPath(finding.path),
    ...(line !== undefined && { line }),
    value: finding.shown ?? show(valueAt(input, finding.path)),
    bound: finding.bound,
    fix: finding.fix,
  };
}

function show(value: unknown): string {
  if (value === undefined) return "missing";
  const text = redact(JSON.stringify(value));
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}

function invalid(problems: readonly PlanProblem[], sourceName: string): HoldfastError {
  const lines = problems.map(({ path, line, value, bound, fix }, index) => {
    const place = line === undefined ? path : `${path} (line ${line})`;
    return `  ${index + 1}. ${place} is ${value}; it must be ${bound}.\n     Fix: ${fix}${/[.?]$/.test(fix) ? "" : "."}`;
  });
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  return new HoldfastError({
    code: "PLAN_INVALID",
    message: `${sourceName} has ${count}:\n${lines.join("\n")}`,
    hint: `Correct ${sourceName} as said for each problem, then run \`npm run plan\` again.`,
    exitCode: 2,
    details: problems,
  });
}
