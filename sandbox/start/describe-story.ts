import { formatByteSize } from "../../plan/byte-size.ts";
import { formatDuration } from "../../plan/duration.ts";
import type { Sandbox } from "../sandbox.ts";
import type { Chapter } from "./chapter.ts";
import type { AuditChapter } from "./show-audit.ts";
import type { DrillChapter } from "./show-drill.ts";
import type { Story } from "./story.ts";

const REASONS_SHOWN = 3;

/** The story in words: per product what was protected, what broke, what came back and in what time. */
export function describeStory(story: Story, seconds: number, kept: Sandbox | undefined): string {
  return [
    "",
    ...describeStack(story),
    ...story.chapters.flatMap(describeChapter),
    ...describeDrill(story.drill),
    ...describeAudit(story.audit),
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

function describeStack({ stack, destroyed, kept }: Story): string[] {
  const { applied, appliedAgain, engine, outputs } = stack;
  const windows = Object.entries(outputs.pitrWindowDays ?? {}).map(([name, days]) => `${name} ${days} days`);
  const count = applied.create ?? 0;
  const by = engine === "pulumi" ? "Pulumi" : "the sandbox's engine";
  return [
    "stack",
    `  applied     ${count} resources by ${by}, all policies kept; applied again, nothing changes: ${isSo(appliedAgain.same === count)}`,
    `  PITR        ${windows.join(", ")}`,
    `  destroyed   ${destroyed} resources at the end; ${kept} that hold backups are protected, and stay`,
    "",
  ];
}

const isSo = (holds: boolean) => (holds ? "so it is" : "NOT SO");

function describeDrill(drill: DrillChapter): string[] {
  const { restoreSeconds, proofSeconds, otherSeconds } = drill;
  const parts = `restore ${restoreSeconds.toFixed(1)} s, proof ${proofSeconds.toFixed(1)} s, the rest ${otherSeconds.toFixed(1)} s`;
  return [
    "drill",
    `  rehearsed   ${drill.drill} of ${drill.project} with ${drill.point}: ${drill.verdict}, ${drill.checks} checks`,
    `  stack       ${drill.stack}, made for it and destroyed`,
    `  RTO         ${objective(drill.rtoSeconds, drill.rtoObjectiveSeconds)} (${parts})`,
    "",
  ];
}

function describeAudit({ before, weakened, found, after }: AuditChapter): string[] {
  return [
    "audit",
    `  clean       ${before.facts} facts, ${before.findings.length} differ${before.unknown.length > 0 ? `, ${before.unknown.length} cannot be learnt on this machine` : ""}`,
    `  weakened    ${weakened}`,
    ...found.findings.map(({ setting, actual }) => `  found       ${clip(`${setting}: ${actual}`)}`),
    `  mended      by up --refresh; clean again: ${isSo(after.findings.length === 0)}`,
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
    `  checkpoint  ${chapter.checkpoint.id}: ${chapter.checkpoint.verdict}`,
    `  disaster    ${chapter.disaster}`,
    `  damaged     proof says ${chapter.damagedVerdict}, as it must:`,
    ...reasons,
    ...(more > 0 ? [`              and ${more} more`] : []),
    `  restored    ${chapter.restoreSeconds.toFixed(1)} s, proved in ${chapter.proofSeconds.toFixed(1)} s: ${chapter.proofVerdict}, ${chapter.checks} checks`,
    ...chapter.notRestored.map((what) => `  not restored ${clip(what)}`),
    `  RTO         ${objective(chapter.rtoSeconds, chapter.rtoObjectiveSeconds)}`,
    `  RPO         ${objective(chapter.rpoSeconds, chapter.rpoObjectiveSeconds)}; ${chapter.rowsLost} rows written after the point are lost`,
    ...describeFiles(chapter),
    ...describeRewind(chapter),
    "",
  ];
}

function describeFiles({ files }: Chapter): string[] {
  if (files === undefined) return [];
  const { bucket, objects, bytes, syncSeconds, restored, restoreSeconds, restoreVerdict, lostByRewind } =
    files;
  return [
    `  files       ${objects} of ${bucket} (${formatByteSize(bytes)}) mirrored in ${syncSeconds.toFixed(1)} s; ${restored} restored into the new project in ${restoreSeconds.toFixed(1)} s: ${restoreVerdict}, each read back and proved with the database`,
    `  files lost  ${lostByRewind} in the rewound project itself: point-in-time recovery brings rows back, and no file`,
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
