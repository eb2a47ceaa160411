type Cell = string | number | undefined;

/** A table in Markdown; what is not known is a dash. Texts cannot break it, or become markup. */
export function markdownTable(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  if (rows.length === 0) return "None.";
  const line = (cells: readonly Cell[]) => `| ${cells.map(cellText).join(" | ")} |`;
  return [line(head), `|${head.map(() => "---").join("|")}|`, ...rows.map(line)].join("\n");
}

function cellText(cell: Cell): string {
  if (cell === undefined || cell === "") return "–";
  return String(cell)
    .replaceAll(/\s+/g, " ")
    .replaceAll(/[\\`*_{}[\]<>|#~!]/g, "\\$&");
}

/**
 * A table as comma-separated values, as RFC 4180 says, with lines that end in a newline alone. A text that a spreadsheet
 * would take for a formula has an apostrophe before it.
 */
export function csvTable(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  return [head, ...rows].map((row) => `${row.map(csvCell).join(",")}\n`).join("");
}

function csvCell(cell: Cell): string {
  if (typeof cell === "number") return String(cell);
  const text = /^[=+\-@\t\r]/.test(cell ?? "") ? `'${cell}` : (cell ?? "");
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
