import type { ListedDrill } from "../../drills/list-drills.ts";
import { describeSchedule } from "../../plan/describe-schedule.ts";
import { formatDuration } from "../../plan/duration.ts";

/** Every drill in an aligned table: last executed, next due, and for how long it has been owed. */
export function describeDueDrills(drills: readonly ListedDrill[]): string {
  const rows = drills.map((row) => [row.project, row.drill, ...cells(row)]);
  if (rows.length === 0) return "The plan has no drills.";
  const all = [["project", "drill", "schedule", "last executed", "next due"], ...rows];
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

function cells({ schedule, leftOut, last, dueAt, isDue, overdueSeconds }: ListedDrill): string[] {
  if (schedule === undefined || dueAt === undefined) return ["-", "-", `left out: ${leftOut}`];
  const executed = last === undefined ? "never" : `${minute(last.at)} ${last.verdict}`;
  const owed = isDue ? `, owed for ${formatDuration(overdueSeconds)}` : "";
  return [describeSchedule(schedule), executed, `${minute(dueAt)}${owed}`];
}

const minute = (at: Date) => `${at.toISOString().slice(0, 16).replace("T", " ")} UTC`;
