import { z } from "zod";
import { runScript } from "./run-script.ts";
import type { StoryContext } from "./story-context.ts";

const Drill = z.object({
  verdict: z.enum(["PASS", "FAIL", "PARTIAL"]),
  drill: z.string(),
  point: z.string(),
  stack: z.string(),
  rtoSeconds: z.number(),
  rtoObjectiveSeconds: z.number(),
  restoreSeconds: z.number(),
  proofSeconds: z.number(),
  otherSeconds: z.number(),
  checks: z.number(),
  reasons: z.array(z.object({ name: z.string(), detail: z.string() })),
});

/** A recovery that was rehearsed in a stack of its own. */
export type DrillChapter = z.output<typeof Drill> & { readonly project: string };

/** Rehearses a recovery of a product by the command that the schedule runs: stack, restore, proof, and nothing left. */
export async function showDrill(context: StoryContext, project: string): Promise<DrillChapter> {
  context.say(
    `${project}: a drill restores the newest point in a stack of its own, proves it, and destroys it`,
  );
  const { result } = await runScript(context, "drill", ["--project", project, "--kind", "staging-restore"]);
  return { project, ...Drill.parse(result) };
}
