import type { Verdict } from "../../jobs/verdict.ts";
import type { Chapter } from "./chapter.ts";
import type { EvidenceSummary } from "./check-evidence.ts";
import type { AuditChapter } from "./show-audit.ts";
import type { DrillChapter } from "./show-drill.ts";
import type { StackChapter } from "./show-stack.ts";

export interface Story {
  readonly stack: StackChapter;
  readonly drill: DrillChapter;
  readonly audit: AuditChapter;
  /** At the end: resources that were destroyed with the stack, and those that hold backups and stay. */
  readonly destroyed: number;
  readonly kept: number;
  readonly verdict: Verdict;
  /** Why it is not PASS. */
  readonly reasons: readonly string[];
  readonly chapters: readonly Chapter[];
  readonly evidence: EvidenceSummary;
}
