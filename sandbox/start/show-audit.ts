import { resolve } from "node:path";
import type { OpMap } from "@pulumi/pulumi/automation/index.js";
import { z } from "zod";
import { tierPrefix } from "../../vault/layout.ts";
import { runScript } from "./run-script.ts";
import type { StoryContext } from "./story-context.ts";
import { weakenRetention } from "./weaken-retention.ts";

const POLICIES = resolve(import.meta.dirname, "../../policies");

const Audit = z.object({
  verdict: z.enum(["PASS", "FAIL", "PARTIAL"]),
  facts: z.array(
    z.object({
      id: z.string(),
      setting: z.string(),
      declared: z.string(),
      actual: z.string(),
      verdict: z.enum(["PASS", "FAIL", "PARTIAL"]),
      fix: z.string().optional(),
    }),
  ),
});
type Finding = z.output<typeof Audit>["facts"][number];

interface AuditOutcome {
  readonly facts: number;
  /** What differs. */
  readonly findings: readonly Finding[];
  /** What could not be learnt on this machine. */
  readonly unknown: readonly Finding[];
}

/** Declared against actual: clean, weakened by hand, found, mended, clean again. */
export interface AuditChapter {
  readonly before: AuditOutcome;
  /** What somebody did by hand. */
  readonly weakened: string;
  readonly found: AuditOutcome;
  /** By an update that reads everything first. */
  readonly mended: OpMap;
  readonly after: AuditOutcome;
}

/** Audits the sandbox three times: as it is, with a retention that somebody shortened, and after the next update. */
export async function showAudit(context: StoryContext): Promise<AuditChapter> {
  const { sandbox, signal, say } = context;
  say("Auditing what is declared against what is there");
  const before = await audit(context);
  const weakened = await weakenRetention(sandbox, tierPrefix("coppercore", "nightly"));
  say("Somebody shortens a retention by hand; auditing again");
  const found = await audit(context);
  const { stack } = await sandbox.openStack();
  const { summary } = await stack.up({ refresh: true, policyPacks: [POLICIES], signal });
  const after = await audit(context);
  return { before, weakened, found, mended: summary.resourceChanges ?? {}, after };
}

async function audit(context: StoryContext): Promise<AuditOutcome> {
  const { facts } = Audit.parse((await runScript(context, "audit", [])).result);
  return {
    facts: facts.length,
    findings: facts.filter(({ verdict }) => verdict === "FAIL"),
    unknown: facts.filter(({ verdict }) => verdict === "PARTIAL"),
  };
}
