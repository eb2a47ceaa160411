import type { AuditChanges } from "../../audit/compare-audits.ts";

/** What changed since an earlier audit: new findings, mended ones, changed values. */
export function describeAuditChanges({ since, found, mended, changed, notCompared }: AuditChanges): string {
  const lines = [
    ...found.map(({ id, declared, actual }) => `  new      ${id}: ${actual}, declared ${declared}`),
    ...mended.map((id) => `  mended   ${id}`),
    ...changed.map(({ fact, before }) => `  changed  ${fact.id}: ${before} → ${fact.actual}`),
    ...(notCompared.length === 0 ? [] : [`  not compared: ${notCompared.join(", ")}`]),
  ];
  const title = `Since the audit of ${since.at} (evidence ${since.sequence})`;
  return found.length + mended.length + changed.length === 0
    ? [`${title}: nothing changed.`, ...lines].join("\n")
    : [`${title}:`, ...lines].join("\n");
}
