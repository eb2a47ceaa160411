import { openApi } from "../../jobs/open-api.ts";
import { resolveSecret } from "../../jobs/resolve-secret.ts";
import { openVault } from "../../vault/open-vault.ts";
import type { Chapter } from "./chapter.ts";
import { checkEvidence } from "./check-evidence.ts";
import { judge } from "./judge.ts";
import { showAudit } from "./show-audit.ts";
import { showDrill } from "./show-drill.ts";
import { destroyStack, showStack } from "./show-stack.ts";
import type { Story } from "./story.ts";
import type { StoryContext } from "./story-context.ts";
import { tellChapter } from "./tell-chapter.ts";

/**
 * The stack is applied again, and nothing changes; then, one product after another: back it up by the declared tasks,
 * break it, restore and prove it, rewind it; then a drill in a stack of its own, an audit that finds what somebody
 * weakened; then the evidence of it all is checked, and the stack destroyed.
 */
export async function runStory(context: StoryContext): Promise<Story> {
  const { plan, clock, sandbox, signal, say } = context;
  say("Applying the stack again: nothing may change");
  const stack = await showStack(sandbox, signal);
  const api = await openApi(plan, clock)();
  const vault = await openVault(
    { ...plan.vault, environment: plan.environment },
    { clock, purpose: "write", readSecret: resolveSecret },
  );
  try {
    const chapters: Chapter[] = [];
    for (const project of plan.projects) chapters.push(await tellChapter(context, { api, vault }, project));
    const drill = await showDrill(context, "coppercore");
    const audit = await showAudit(context);
    const evidence = await checkEvidence(vault);
    say("Destroying the stack: what holds backups is protected, and stays");
    const destroyed = await destroyStack(sandbox, signal);
    const facts = { stack, ...destroyed, chapters, drill, audit, evidence };
    return { ...judge(facts), ...facts };
  } finally {
    vault.close();
  }
}
