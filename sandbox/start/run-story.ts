import { resolveSecret } from "../../jobs/resolve-secret.ts";
import type { Verdict } from "../../jobs/verdict.ts";
import { openManagementApi } from "../../supabase/open-management-api.ts";
import { openVault } from "../../vault/open-vault.ts";
import type { Chapter } from "./chapter.ts";
import { checkEvidence, type EvidenceSummary } from "./check-evidence.ts";
import { judge } from "./judge.ts";
import { destroyStack, type StackChapter, showStack } from "./show-stack.ts";
import type { StoryContext } from "./story-context.ts";
import { tellChapter } from "./tell-chapter.ts";

export interface Story {
  readonly stack: StackChapter;
  /** At the end: resources that were destroyed with the stack, and those that hold backups and stay. */
  readonly destroyed: number;
  readonly kept: number;
  readonly verdict: Verdict;
  /** Why it is not PASS. */
  readonly reasons: readonly string[];
  readonly chapters: readonly Chapter[];
  readonly evidence: EvidenceSummary;
}

/**
 * The stack is applied again, weakened by hand and mended; then, one product after another: back it up by the declared
 * tasks, break it, restore and prove it, rewind it; then the evidence of it all is checked, and the stack destroyed.
 */
export async function runStory(context: StoryContext): Promise<Story> {
  const { plan, clock, sandbox, signal, say } = context;
  say("Applying the stack again, weakening the vault by hand, and mending it");
  const stack = await showStack(sandbox, signal);
  const token = await resolveSecret(plan.supabase.accessToken, "the access token of Supabase");
  const api = openManagementApi({ token, endpoint: plan.supabase.endpoint, clock });
  const vault = await openVault(
    { ...plan.vault, environment: plan.environment },
    { clock, purpose: "write", readSecret: resolveSecret },
  );
  try {
    const chapters: Chapter[] = [];
    for (const project of plan.projects) chapters.push(await tellChapter(context, { api, vault }, project));
    const evidence = await checkEvidence(vault);
    say("Destroying the stack: what holds backups is protected, and stays");
    const facts = { stack, ...(await destroyStack(sandbox, signal)), chapters, evidence };
    return { ...judge(facts), ...facts };
  } finally {
    vault.close();
  }
}
