import { allRules } from "../../policies/all-rules.ts";
import type { declaredBy } from "./declare-shipped.ts";
import { judge } from "./judge.ts";
import { judgeStack } from "./judge-stack.ts";

/** What all rules say of what a program declares. */
export async function judgeAll(resources: Awaited<ReturnType<typeof declaredBy>>): Promise<string[]> {
  const reports: string[] = [];
  for (const rule of Object.values(allRules)) {
    if ("validateStack" in rule) reports.push(...(await judgeStack(rule, resources)));
    else for (const one of resources) reports.push(...(await judge(rule, one)));
  }
  return reports;
}
