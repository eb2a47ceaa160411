import { resolve } from "node:path";
import type { OpMap } from "@pulumi/pulumi/automation/index.js";
import type { Sandbox } from "../sandbox.ts";

const POLICIES = resolve(import.meta.dirname, "../../policies");

/** What became of the plan as a stack: each time, how many resources went which way. */
export interface StackChapter {
  /** The real Pulumi, or the engine for this machine. */
  readonly engine: "pulumi" | "sandbox";
  readonly applied: OpMap;
  /** By resources of AWS, Supabase and so on, with the policies asked: nothing is to be changed. */
  readonly appliedAgain: OpMap;
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** Shows that the sandbox's stack, applied once, stays as declared. */
export async function showStack(sandbox: Sandbox, signal: AbortSignal): Promise<StackChapter> {
  const { stack, engine } = await sandbox.openStack();
  const [first] = (await stack.history(50, 1)).toReversed();
  const again = await stack.up({ policyPacks: [POLICIES], signal });
  const shown = Object.entries(again.outputs).filter(([, { secret }]) => !secret);
  return {
    engine,
    applied: first?.resourceChanges ?? {},
    appliedAgain: again.summary.resourceChanges ?? {},
    outputs: Object.fromEntries(shown.map(([name, { value }]) => [name, value])),
  };
}

/** Destroys what may be destroyed: what holds backups is protected, and stays. */
export async function destroyStack(
  sandbox: Sandbox,
  signal: AbortSignal,
): Promise<{ readonly destroyed: number; readonly kept: number }> {
  const { stack } = await sandbox.openStack();
  const { summary } = await stack.destroy({ excludeProtected: true, signal });
  const { resources = [] } = (await stack.exportStack()).deployment as {
    readonly resources?: readonly { readonly protect?: boolean }[];
  };
  return {
    destroyed: summary.resourceChanges?.delete ?? 0,
    kept: resources.filter(({ protect }) => protect).length,
  };
}
