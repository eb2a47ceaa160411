import type { AuditFact } from "../../audit/audit-fact.ts";
import type { Audit } from "../../audit/run-audit.ts";

/**
 * An audit as a diff, project by project: `-` what the plan declares, `+` what is there.
 * @param all every fact @default only those that differ
 */
export function describeAudit(environment: string, { facts, verdict, sources }: Audit, all = false): string {
  const shown = facts.filter((fact) => all || fact.verdict !== "PASS");
  const groups = Map.groupBy(shown, ({ project }) => project ?? "");
  // What concerns the whole environment stands first.
  const names = [...groups.keys()].toSorted();
  return [
    ...names.flatMap((name) => [name || environment, ...(groups.get(name) ?? []).flatMap(factLines), ""]),
    summary(environment, { facts, verdict, sources }),
  ].join("\n");
}

function summary(environment: string, { facts, verdict, sources }: Audit): string {
  const count = (wanted: string) => facts.filter((fact) => fact.verdict === wanted).length;
  const partial = count("PARTIAL");
  const unclear = partial === 0 ? "" : `, ${partial} could not be settled`;
  const what = `${facts.length} facts from ${sources.join(", ")}`;
  return `${verdict} ${environment}: ${count("FAIL")} of ${what} differ${unclear}.`;
}

function factLines({ verdict, setting, declared, actual, source, fix }: AuditFact): string[] {
  const title = `  ${verdict.padEnd(7)} ${setting}`;
  if (verdict === "PASS") return [`${title}: ${actual}`];
  const lines = [title, `    - ${declared}`, `    + ${actual}`, `    source: ${source}`];
  return fix === undefined ? lines : [...lines, `    fix:    ${fix}`];
}
