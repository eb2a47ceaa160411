import { overallVerdict, type Verdict } from "../../jobs/verdict.ts";
import { formatDuration } from "../../plan/duration.ts";
import type { AppliedPlan } from "./apply-plan.ts";
import type { EvidenceSummary } from "./check-evidence.ts";
import type { Chapter, Story } from "./run-story.ts";

/**
 * The verdict over the whole story. It passes only when every restored database is proved equal, every objective
 * is met, the same proof refuses the damaged databases (a proof that cannot fail proves nothing), and the evidence
 * chain holds.
 */
export function judge({ applied, appliedAgain, chapters, evidence }: Omit<Story, "verdict" | "reasons">): {
  verdict: Verdict;
  reasons: string[];
} {
  const checks = [
    judgeStack("the plan applied", applied, "create"),
    judgeStack("the plan applied again", appliedAgain, "same"),
    ...chapters.flatMap(judgeChapter),
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

/** Every resource must have gone one way. */
function judgeStack(name: string, { changes }: AppliedPlan, wanted: "create" | "same"): Judgement {
  const ways = Object.keys(changes);
  return {
    name,
    verdict: ways.length === 1 && ways[0] === wanted ? "PASS" : "FAIL",
    detail: `${JSON.stringify(changes)}; all were to be ${wanted}`,
  };
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
    within(`${project} backup duration`, chapter.backupSeconds, chapter.backupObjectiveSeconds),
    within(`${project} RTO`, chapter.rtoSeconds, chapter.rtoObjectiveSeconds),
    within(`${project} RPO`, chapter.rpoSeconds, chapter.rpoObjectiveSeconds),
    ...judgeRewind(chapter),
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
