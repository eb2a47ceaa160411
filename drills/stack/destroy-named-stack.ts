import { openApi } from "../../jobs/open-api.ts";
import type { Clock } from "../../plan/clock.ts";
import { HoldfastError } from "../../plan/holdfast-error.ts";
import type { ProtectionPlan } from "../../plan/protection-plan.ts";
import { destroyDrillStack } from "./destroy-drill-stack.ts";
import { allTargets } from "./destroy-left-overs.ts";
import { drillStackPrefix, readDrillStackName } from "./drill-stack-name.ts";
import { listWorkspaceStacks } from "./drill-workspace.ts";

/**
 * Destroys the stack of a drill that was kept or left, by its name.
 * @throws HoldfastError DRILL_UNKNOWN (exit 2), and those of `destroyDrillStack`
 */
export async function destroyNamedStack(
  name: string,
  { plan, clock, say }: { plan: ProtectionPlan; clock: Clock; say: (text: string) => void },
): Promise<void> {
  const names = (await listWorkspaceStacks(plan.drills)).filter(
    (one) => one.startsWith(drillStackPrefix(plan.environment)) && readDrillStackName(one) !== undefined,
  );
  if (!names.includes(name)) throw unknown(name, names);
  say(`Destroying drill ${name} …`);
  const api = openApi(plan, clock);
  await destroyDrillStack(name, { plan, targets: allTargets(plan), api, clock });
}

function unknown(name: string, names: readonly string[]): HoldfastError {
  return new HoldfastError({
    code: "DRILL_UNKNOWN",
    message: `There is no stack ${JSON.stringify(name)} of a drill.`,
    hint: names.length === 0 ? "No drill has a stack now." : `There are ${names.join(", ")}.`,
    exitCode: 2,
  });
}
