import type { dynamic } from "@pulumi/pulumi";
import type { z } from "zod";
import { explainIssue } from "../../plan/explain-issue.ts";
import { formatPath } from "../../plan/plan-problem.ts";
import { ownProperties } from "./own-properties.ts";
import { hasUnknown } from "./unknown-value.ts";

/**
 * Checks a resource's inputs. Those that are not known yet pass as they are; rules across fields wait until all are
 * known. A refusal names the field, the bound and the fix, never the value: it may be a password.
 */
export function checkInputs(schema: z.ZodObject, given: object): dynamic.CheckResult {
  const news = ownProperties(given);
  if (!hasUnknown(news)) return checkAll(schema, news);
  const known = Object.entries(news).filter(([, value]) => !hasUnknown(value));
  const failures = known.flatMap(([name, value]) => {
    const field = schema.shape[name];
    // An unknown key is reported once everything is known.
    const checked = field?.safeParse(value);
    if (checked === undefined || checked.success) return [];
    return checked.error.issues.flatMap((issue: z.core.$ZodIssue) =>
      refusals(schema, news, { ...issue, path: [name, ...issue.path] }),
    );
  });
  return { inputs: news, failures };
}

function checkAll(schema: z.ZodObject, news: object): dynamic.CheckResult {
  const checked = schema.safeParse(news);
  if (checked.success) return { inputs: ownProperties(checked.data), failures: [] };
  return { inputs: news, failures: checked.error.issues.flatMap((issue) => refusals(schema, news, issue)) };
}

function refusals(schema: z.ZodObject, input: object, issue: z.core.$ZodIssue): dynamic.CheckFailure[] {
  return explainIssue(schema, input, issue).map(({ path, bound, fix }) => ({
    property: String(path[0] ?? ""),
    reason: `${path.length === 0 ? "It" : formatPath(path)} must be ${bound}; ${fix}.`,
  }));
}
