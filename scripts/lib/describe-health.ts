import type { HealthReport } from "../../jobs/health.ts";
import { MARKDOWN } from "./markdown.ts";

/** What a chat shows without folding it away. */
const MOST_LINES = 20;

/** The lines of a check as an aligned table, with what they come to. */
export function describeHealth({ environment, at, lines, verdict }: HealthReport): string {
  const rows = lines.map((line) => [line.verdict, line.project ?? "-", line.id, line.figure, line.bound]);
  const all = [["", "project", "line", "figure", "bound"], ...rows];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const table = all.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  "));
  return [...table, "", `${verdict}: ${environment} at ${at.toISOString()}, ${counts(lines)}.`].join("\n");
}

/** The same for a page that knows Markdown. */
export function healthMarkdown({ environment, at, lines, verdict }: HealthReport): string {
  const rows = lines.map((line) =>
    [line.verdict, line.project ?? "", line.id, line.figure, line.bound].map(MARKDOWN.plain).join(" | "),
  );
  return [
    `## Health of ${environment}: ${verdict}`,
    "",
    `${at.toISOString()}, ${counts(lines)}.`,
    "",
    "| | project | line | figure | bound |",
    "|---|---|---|---|---|",
    ...rows.map((row) => `| ${row} |`),
  ].join("\n");
}

/** The week's result for a chat: what it comes to, and what did not pass, the worst first. */
export function healthMessage({ environment, lines, verdict }: HealthReport): string {
  const notable = [
    ...lines.filter((line) => line.verdict === "FAIL"),
    ...lines.filter((line) => line.verdict === "WARN"),
  ];
  const more = notable.length - MOST_LINES;
  return [
    `Holdfast ${environment}: health ${verdict}, ${counts(lines)}`,
    ...notable
      .slice(0, MOST_LINES)
      .map((line) => `${line.verdict} ${line.project ?? "-"} ${line.id}: ${line.figure}`),
    ...(more > 0 ? [`… and ${more} more: npm run health`] : []),
  ].join("\n");
}

function counts(lines: HealthReport["lines"]): string {
  const count = (verdict: string) => lines.filter((line) => line.verdict === verdict).length;
  return `${count("PASS")} lines pass, ${count("WARN")} warn, ${count("FAIL")} fail`;
}
