import { formatByteSize } from "../../plan/byte-size.ts";
import { formatDuration } from "../../plan/duration.ts";
import type { Sandbox } from "../sandbox.ts";
import type { Chapter, Story } from "./run-story.ts";

const REASONS_SHOWN = 3;

/** The story in words: per product what was protected, what broke, what came back and in what time. */
export function describeStory(story: Story, seconds: number, kept: Sandbox | undefined): string {
  return [
    "",
    ...describeStack(story),
    ...story.chapters.flatMap(describeChapter),
    `Evidence: ${story.evidence.records} records, hash chain and ${story.evidence.signed} signatures verified offline with the public key alone.`,
    "",
    `${story.verdict} in ${seconds.toFixed(0)} s.`,
    ...story.reasons.map((reason) => `  ${reason}`),
    ...(kept === undefined
      ? []
      : [
          "",
          `Kept: node --env-file=${kept.environmentFile} scripts/points.ts --plan ${kept.planFile} --project ordak`,
        ]),
  ].join("\n");
}

function describeStack({ applied, appliedAgain }: Story): string[] {
  const windows = Object.entries(applied.outputs.pitrWindowDays ?? {}).map(
    ([name, days]) => `${name} ${days} days`,
  );
  const count = Object.values(applied.changes).reduce((sum, some) => sum + (some ?? 0), 0);
  const by = applied.engine === "pulumi" ? "Pulumi" : "the sandbox's engine";
  return [
    "stack",
    `  applied     ${count} resources by ${by}; applied again, nothing changes: ${appliedAgain.changes.same === count ? "so it is" : "NOT SO"}`,
    `  PITR        ${windows.join(", ")}`,
    "",
  ];
}

function describeChapter(chapter: Chapter): string[] {
  const reasons = chapter.damagedReasons
    .slice(0, REASONS_SHOWN)
    .map((reason) => `              ${clip(reason)}`);
  const more = chapter.damagedReasons.length - REASONS_SHOWN;
  return [
    `${chapter.project}`,
    `  protected   ${chapter.tables} tables, ${chapter.rows} rows, ${formatByteSize(chapter.sourceBytes)} on disk, stored encrypted as ${formatByteSize(chapter.storedBytes)}: ${chapter.point}`,
    `  backup      ${objective(chapter.backupSeconds, chapter.backupObjectiveSeconds)}`,
    `  disaster    ${chapter.disaster}`,
    `  damaged     proof says ${chapter.damagedVerdict}, as it must:`,
    ...reasons,
    ...(more > 0 ? [`              and ${more} more`] : []),
    `  restored    ${chapter.restoreSeconds.toFixed(1)} s, proved in ${chapter.proofSeconds.toFixed(1)} s: ${chapter.proofVerdict}, ${chapter.checks} checks`,
    ...chapter.notRestored.map((what) => `  not restored ${clip(what)}`),
    `  RTO         ${objective(chapter.rtoSeconds, chapter.rtoObjectiveSeconds)}`,
    `  RPO         ${objective(chapter.rpoSeconds, chapter.rpoObjectiveSeconds)}; ${chapter.rowsLost} rows written after the point are lost`,
    ...describeRewind(chapter),
    "",
  ];
}

function describeRewind({ rewind, rtoObjectiveSeconds, rpoObjectiveSeconds }: Chapter): string[] {
  return [
    `  rewound     the project itself to ${rewind.target}, by Supabase's point-in-time recovery: ${rewind.verdict}; against the checkpoint of that moment: ${rewind.proofVerdict}, ${rewind.checks} checks`,
    `  RTO         ${objective(rewind.seconds, rtoObjectiveSeconds)}`,
    `  RPO         ${objective(rewind.lossSeconds, rpoObjectiveSeconds)}; ${rewind.proofVerdict === "PASS" ? "no row is lost" : "not all rows are there"}`,
  ];
}

function objective(seconds: number, bound: number): string {
  const verdict = seconds <= bound ? "met" : "MISSED";
  return `${seconds.toFixed(1)} s; objective ${formatDuration(bound)} ${verdict}`;
}

function clip(text: string): string {
  return text.length > 140 ? `${text.slice(0, 139)}…` : text;
}
