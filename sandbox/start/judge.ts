import { overallVerdict, type Verdict } from "../../jobs/verdict.ts";
import { formatDuration } from "../../plan/duration.ts";
import type { EvidenceSummary } from "./check-evidence.ts";
import type { Chapter } from "./run-story.ts";

/**
 * The verdict over the whole story. It passes only when every restored database is proved equal, every objective
 * is met, the same proof refuses the damaged databases (a proof that cannot fail proves nothing), and the evidence
 * chain holds.
 */
export function judge(
  chapters: readonly Chapter[],
  evidence: EvidenceSummary,
): { verdict: Verdict; reasons: string[] } {
  const checks = [...chapters.flatMap(judgeChapter), ...judgeEvidence(evidence)];
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

function judgeChapter(chapter: Chapter): Judgement[] {
  const within = (name: string, seconds: number, bound: number): Judgement => ({
    name: `${chapter.project} ${name}`,
    verdict: seconds <= bound ? "PASS" : "FAIL",
    detail: `${seconds.toFixed(1)} s; the objective is ${formatDuration(bound)}`,
  });
  return [
    {
      name: `${chapter.project} restored`,
      verdict: chapter.proofVerdict,
      detail: chapter.proofReasons.join("; ") || "proved",
    },
    {
      name: `${chapter.project} damaged`,
      verdict: chapter.damagedVerdict === "FAIL" ? "PASS" : "FAIL",
      detail: `the proof said ${chapter.damagedVerdict} of the damaged database; it must say FAIL`,
    },
    within("backup duration", chapter.backupSeconds, chapter.backupObjectiveSeconds),
    within("RTO", chapter.rtoSeconds, chapter.rtoObjectiveSeconds),
    within("RPO", chapter.rpoSeconds, chapter.rpoObjectiveSeconds),
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
