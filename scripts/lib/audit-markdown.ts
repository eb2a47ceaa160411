import type { AuditFact } from "../../audit/audit-fact.ts";
import type { Audit } from "../../audit/run-audit.ts";

/**
 * An audit for a pull request: a table of what differs, and how to mend it.
 * @param all every fact @default only those that differ
 */
export function auditMarkdown(environment: string, { facts, verdict }: Audit, all = false): string {
  const differing = facts.filter((fact) => fact.verdict !== "PASS");
  const shown = all ? facts : differing;
  const head = `### Audit of \`${environment}\`: ${verdict}, ${differing.length} of ${facts.length} facts differ`;
  if (shown.length === 0) return `${head}\n`;
  const fixes = differing.flatMap(({ project, setting, fix }) =>
    fix === undefined
      ? []
      : [`- ${cell(project === undefined ? setting : `${project}: ${setting}`)}: ${cell(fix)}`],
  );
  return [
    head,
    "",
    "| project | setting | declared | actual | verdict | source |",
    "|---|---|---|---|---|---|",
    ...shown.map(row),
    ...(fixes.length === 0 ? [] : ["", "How to mend it:", "", ...fixes]),
    "",
  ].join("\n");
}

function row({ project = "", setting, declared, actual, verdict, source }: AuditFact): string {
  return `| ${[project, setting, declared, actual, verdict, source].map(cell).join(" | ")} |`;
}

/** Texts of vendors and names of objects must not break the table, or become markup. */
const cell = (text: string): string =>
  text
    .replaceAll(/\s+/g, " ")
    .replaceAll(/[\\`*_{}[\]<>|#~!]/g, "\\$&")
    .trim();
