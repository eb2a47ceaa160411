import { isDeepStrictEqual } from "node:util";
import type { OpMap } from "@pulumi/pulumi/automation/index.js";
import { overallVerdict, type Verdict } from "../../jobs/verdict.ts";
import { formatDuration } from "../../plan/duration.ts";
import type { Chapter, FilesChapter } from "./chapter.ts";
import type { EvidenceSummary } from "./check-evidence.ts";
import type { AuditChapter } from "./show-audit.ts";
import type { StackChapter } from "./show-stack.ts";
import type { Story } from "./story.ts";

/**
 * The verdict over the whole story. It passes only when every restored database is proved equal, every objective
 * is met, the same proof refuses the damaged databases (a proof that cannot fail proves nothing), and the evidence
 * chain holds.
 */
export function judge({
  stack,
  destroyed,
  kept,
  chapters,
  drill,
  audit,
  evidence,
}: Omit<Story, "verdict" | "reasons">): {
  verdict: Verdict;
  reasons: string[];
} {
  const checks = [
    ...judgeStack(stack),
    {
      name: "the stack destroyed",
      verdict: destroyed > 0 && kept > 0 ? "PASS" : "FAIL",
      detail: `${destroyed} resources were destroyed, ${kept} are protected`,
    } as const,
    ...chapters.flatMap(judgeChapter),
    {
      name: `drill ${drill.drill} of ${drill.project}`,
      verdict: drill.verdict,
      detail: drill.reasons.map(({ name, detail }) => `${name}: ${detail}`).join("; "),
    },
    ...judgeAudit(audit),
    ...judgeEvidence(evidence),
  ];
  return {
    verdict: overallVerdict(checks),
    reasons: checks
      .filter(({ verdict }) => verdict !== "PASS")
      .map(({ name, detail }) => `${name}: ${detail}`),
  };
}

interface Judgement {
  readonly name: string;
  readonly verdict: Verdict;
  readonly detail: string;
}

function within(name: string, seconds: number, bound: number): Judgement {
  return {
    name,
    verdict: seconds <= bound ? "PASS" : "FAIL",
    detail: `${seconds.toFixed(1)} s; the objective is ${formatDuration(bound)}`,
  };
}

const went = (name: string, changes: OpMap, wanted: OpMap): Judgement => ({
  name,
  verdict: isDeepStrictEqual({ ...changes }, wanted) ? "PASS" : "FAIL",
  detail: `${JSON.stringify(changes)}; wanted ${JSON.stringify(wanted)}`,
});

function judgeStack({ applied, appliedAgain }: StackChapter): Judgement[] {
  const count = applied.create ?? 0;
  return [
    went("the stack applied", applied, { create: count }),
    went("the stack applied again", appliedAgain, { same: count }),
  ];
}

/** The audit must find what was weakened, all of it and nothing else. */
function judgeAudit({ before, found, mended, after }: AuditChapter): Judgement[] {
  const count = Object.values(mended).reduce((sum, changes) => sum + (changes ?? 0), 0);
  const finds = (name: string, { findings }: typeof before, wanted: number): Judgement => ({
    name,
    verdict: findings.length === wanted ? "PASS" : "FAIL",
    detail: `${wanted} expected; it found ${findings.map(({ id, actual }) => `${id} (${actual})`).join(", ") || "nothing"}`,
  });
  return [
    finds("the audit before", before, 0),
    finds("the audit of what was weakened", found, 1),
    went("what was weakened by hand, mended", mended, { same: count - 1, update: 1 }),
    finds("the audit after", after, 0),
  ];
}

function judgeChapter(chapter: Chapter): Judgement[] {
  const { project } = chapter;
  return [
    {
      name: `${project} restored`,
      verdict: chapter.proofVerdict,
      detail: chapter.proofReasons.join("; ") || "proved",
    },
    {
      name: `${project} damaged`,
      verdict: chapter.damagedVerdict === "FAIL" ? "PASS" : "FAIL",
      detail: `the proof said ${chapter.damagedVerdict} of the damaged database; it must say FAIL`,
    },
    {
      name: `${project} checkpoint`,
      verdict: chapter.checkpoint.verdict,
      detail: chapter.checkpoint.reasons.join("; ") || "taken",
    },
    within(`${project} backup duration`, chapter.backupSeconds, chapter.backupObjectiveSeconds),
    within(`${project} RTO`, chapter.rtoSeconds, chapter.rtoObjectiveSeconds),
    within(`${project} RPO`, chapter.rpoSeconds, chapter.rpoObjectiveSeconds),
    ...(chapter.files ? judgeFiles(project, chapter.files) : []),
    ...judgeRewind(chapter),
  ];
}

function judgeFiles(project: string, files: FilesChapter): Judgement[] {
  const { bucket, syncVerdict, restoreVerdict, restored, lostByRewind, struck } = files;
  return [
    { name: `${project} sync of ${bucket}`, verdict: syncVerdict, detail: "not everything was copied" },
    { name: `${project} files of ${bucket}`, verdict: restoreVerdict, detail: `${restored} restored` },
    {
      name: `${project} files that a rewind does not bring back`,
      verdict: lostByRewind === struck ? "PASS" : "FAIL",
      detail: `${lostByRewind} were found; the disaster struck ${struck}`,
    },
  ];
}

function judgeRewind({ project, rewind, rtoObjectiveSeconds, rpoObjectiveSeconds }: Chapter): Judgement[] {
  return [
    {
      name: `${project} point-in-time recovery`,
      verdict: rewind.verdict,
      detail: rewind.reasons.join("; ") || "recovered",
    },
    {
      name: `${project} recovered in place`,
      verdict: rewind.proofVerdict,
      detail: rewind.proofReasons.join("; ") || "proved",
    },
    within(`${project} RTO of the point-in-time recovery`, rewind.seconds, rtoObjectiveSeconds),
    within(`${project} RPO of the point-in-time recovery`, rewind.lossSeconds, rpoObjectiveSeconds),
  ];
}

function judgeEvidence(evidence: EvidenceSummary): Judgement[] {
  return [
    {
      name: "evidence chain",
      verdict: evidence.problems.length === 0 && evidence.records > 0 ? "PASS" : "FAIL",
      detail: evidence.problems.join("; ") || `${evidence.records} records`,
    },
  ];
}
