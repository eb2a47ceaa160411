import { ALL_SOURCES } from "../../../audit/all-sources.ts";
import type { FactKind } from "../../../audit/audit-fact.ts";
import { SOURCE_KIND } from "../../../audit/run-audit.ts";

const cell = (text: string): string => text.replaceAll("|", "\\|");

const row = (name: string, { id, setting, source, fix }: FactKind): string =>
  `| ${[name, `\`${id}\``, setting, source, fix].map(cell).join(" | ")} |`;

/**
 * Every fact that an audit tells, as docs/audit.md shows it. Prints it when it is run:
 * `node tests/docs/support/audit-table.ts`
 */
export function auditTable(): string {
  return [
    "| `--only` | fact | what it is | asked of | how to mend it |",
    "|---|---|---|---|---|",
    ...ALL_SOURCES.flatMap(({ name, kinds }) => kinds.map((kind) => row(`\`${name}\``, kind))),
    row("every one", SOURCE_KIND),
  ].join("\n");
}

if (import.meta.main) process.stdout.write(`${auditTable()}\n`);
