import type { CheckpointPart } from "../../jobs/checkpoint/checkpoint-check.ts";
import type { CheckpointResult, TableCount } from "../../jobs/checkpoint/checkpoint-result.ts";
import { formatByteSize } from "../../plan/byte-size.ts";
import { formatDuration } from "../../plan/duration.ts";
import { redact } from "../../plan/redact.ts";
import type { Contacts } from "../../plan/schema/people.ts";
import { checkpointSignOff } from "./checkpoint-sign-off.ts";
import { MARKDOWN } from "./markdown.ts";

const { blank: BLANK, box, code, plain } = MARKDOWN;

/**
 * A checkpoint as Markdown for the deployment notes: the release's checklist with each box ticked by what was found,
 * its figures, and fields to sign. Holds no secret.
 *
 * @param contacts whom the open fields ask for
 */
export function checkpointSheet(result: CheckpointResult, contacts: Contacts | undefined): string {
  const sections = [
    headline(result),
    pointSection(result),
    integritySection(result),
    recoverySection(result),
    checkpointSignOff(result.signOff, contacts),
  ];
  return redact(`${sections.map((lines) => lines.join("\n")).join("\n\n")}\n`);
}

function headline(result: CheckpointResult): string[] {
  const { verdict, reasons, dryRun } = result;
  const blocked = verdict === "FAIL" ? ", the deployment is blocked" : "";
  return [
    `# Checkpoint of ${plain(result.project)} (${plain(result.environment)})`,
    "",
    `**Verdict: ${verdict}**${blocked}${dryRun ? "; a dry run: no point was taken" : ""}`,
    ...(reasons.length > 0 ? [""] : []),
    ...reasons.map(({ verdict: one, name, detail }) => `- ${one}: ${plain(name)}: ${plain(detail)}`),
    ...(result.evidenceProblem === undefined
      ? []
      : ["", `No evidence of it could be left: ${plain(result.evidenceProblem)}`]),
  ];
}

/** Whether a part was looked at, and nothing of it failed. */
function holds({ checks }: CheckpointResult, ...parts: CheckpointPart[]): boolean {
  const of = checks.filter(({ part }) => parts.includes(part));
  return of.length > 0 && of.every(({ verdict }) => verdict === "PASS");
}

function detailOf({ checks }: CheckpointResult, part: CheckpointPart, otherwise: string): string {
  const details = checks.filter((check) => check.part === part).map(({ detail }) => plain(detail));
  return details.length > 0 ? details.join("; ") : otherwise;
}

function pointSection(result: CheckpointResult): string[] {
  const { point, restorePoint, counts, countedAt, gitDescribe, sameRelease } = result;
  const size = point && `${formatByteSize(point.plainBytes)} stored as ${formatByteSize(point.storedBytes)}`;
  return [
    "## 1. PITR checkpoint",
    "",
    box(point !== undefined, "PITR checkpoint created", `ID ${point ? code(point.id) : BLANK}`),
    box(
      holds(result, "point"),
      "Backup completion verified",
      point
        ? `complete ${point.completedAt}, ${size} in ${formatDuration(point.durationSeconds)}; kept until ${point.retainUntil}`
        : detailOf(result, "point", "none was taken"),
    ),
    box(
      countedAt !== undefined && holds(result, "state"),
      "System state documented",
      countedAt ? `as of ${countedAt}, by the database's clock` : "the database could not be read",
    ),
    box(point !== undefined, "Checkpoint ID recorded in deployment notes", point ? "this sheet" : BLANK),
    `- Release: ${gitDescribe === undefined ? "unknown, no git here" : code(gitDescribe)}`,
    ...(sameRelease.length > 0
      ? [`- Earlier checkpoints of the same release: ${sameRelease.map(code).join(", ")}`]
      : []),
    ...(restorePoint ? [`- Restore point at Supabase: ${plain(restorePoint.detail)}`] : []),
    ...countTable(counts),
    ...stateChecks(result),
  ];
}

function countTable(counts: readonly TableCount[]): string[] {
  if (counts.length === 0) return [];
  const rows = counts.map(({ table, critical, rows: live, problem, rowsInPoint }) =>
    [
      plain(table),
      critical ? "critical" : "expected",
      live === undefined ? plain(problem ?? "not counted") : String(live),
      rowsInPoint === undefined ? "-" : String(rowsInPoint),
    ].join(" | "),
  );
  return [
    "",
    "| table | | rows in production | rows in the point |",
    "|---|---|---:|---:|",
    ...rows.map((row) => `| ${row} |`),
  ];
}

function stateChecks({ checks }: CheckpointResult): string[] {
  const others = checks.filter(
    ({ part, name }) => part === "state" && !/^(?:critical|expected) table /.test(name),
  );
  if (others.length === 0) return [];
  return [
    "",
    ...others.map(({ name, verdict, detail }) => box(verdict === "PASS", plain(name), plain(detail))),
  ];
}

function integritySection(result: CheckpointResult): string[] {
  const { proof, notChecked } = result;
  const proved = proof
    ? `${detailOf(result, "proof", "")}; restored in ${formatDuration(proof.restoreSeconds)}, proved in ${formatDuration(proof.proofSeconds)}`
    : detailOf(result, "proof", "it was not restored");
  const isProofAsked = result.checks.some(({ part }) => part === "proof");
  const read = detailOf(result, "integrity", "nothing was read back");
  return [
    "## 2. Backup integrity",
    "",
    box(
      holds(result, "integrity") && (!isProofAsked || holds(result, "proof")),
      "Backup integrity verified",
      `${read}; ${proved}`,
    ),
    box(holds(result, "data"), "Critical data accessible", criticalData(result)),
    box(
      holds(result, "integrity") && (!isProofAsked || holds(result, "proof")),
      "No corruption detected",
      proof ? `${read}; every row, sequence and object compared` : read,
    ),
    ...notChecked.map((what) => `- not checked: ${plain(what)}`),
  ];
}

function criticalData({ checks, counts }: CheckpointResult): string {
  const data = checks.filter(({ part }) => part === "data");
  if (data.length === 0)
    return counts.some(({ critical }) => critical)
      ? "no point to look into"
      : "the plan names no critical tables";
  const lost = data.filter(({ verdict }) => verdict !== "PASS");
  return lost.length === 0
    ? `rows of ${data.length} of ${data.length} critical tables are in the point`
    : lost.map(({ name, detail }) => `${plain(name)}: ${plain(detail)}`).join("; ");
}

function recoverySection(result: CheckpointResult): string[] {
  const { lastBackup, previousCheckpoint, recoveryWindow, estimate, window, windowWhy } = result;
  const lastText = lastBackup
    ? `${lastBackup.at} (${code(lastBackup.id)}, ${formatDuration(lastBackup.ageSeconds)} old)`
    : `${BLANK} (the vault has none)`;
  const lag = window
    ? `; any second from ${window.earliest} to ${window.latest}, ${formatDuration(Math.floor(window.lagSeconds))} behind`
    : "";
  const points =
    recoveryWindow?.points === undefined ? "" : `; the moments of recovery points: ${recoveryWindow.points}`;
  const backups = result.checks.filter(({ part }) => part === "scheduled-backups");
  return [
    "## 3. Recovery points",
    "",
    box(lastBackup !== undefined, "Last successful backup", lastText),
    box(
      previousCheckpoint !== undefined,
      "Previous backup checkpoint",
      previousCheckpoint ? code(previousCheckpoint) : "none before this one",
    ),
    box(
      recoveryWindow !== undefined,
      "Recovery window available",
      recoveryWindow ? `${recoveryWindow.hours} hours${lag}${points}` : "none before this checkpoint",
    ),
    ...(windowWhy === undefined ? [] : [`  - no point-in-time recovery: ${plain(windowWhy)}`]),
    box(estimate !== undefined, "Estimated recovery time", estimateText(result)),
    ...backups.map(({ name, verdict, detail }) => box(verdict === "PASS", plain(name), plain(detail))),
  ];
}

function estimateText({ estimate }: CheckpointResult): string {
  if (estimate === undefined) return "no drill was measured yet";
  const drills = estimate.from.map(
    ({ drill, at, rtoSeconds, scaledBy }) =>
      `${drill} ${at.slice(0, 10)} ${formatDuration(rtoSeconds)}${scaledBy === undefined ? "" : ` × ${scaledBy} by size`}`,
  );
  return `${estimate.minutes} minutes, the median of ${drills.join(", ")}`;
}
