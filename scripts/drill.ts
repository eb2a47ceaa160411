import type { DueDrills } from "../drills/run-due-drills.ts";
import { findProject } from "../plan/find-project.ts";
import { HoldfastError } from "../plan/holdfast-error.ts";
import { DRILL_KINDS, type DrillKind } from "../plan/schema/drills.ts";
import { describeDrill } from "./lib/describe-drill.ts";
import { describeDueDrills } from "./lib/describe-due-drills.ts";
import { openEnvironment } from "./lib/open-environment.ts";
import { openProject } from "./lib/open-project.ts";
import { PLAN_OPTIONS } from "./lib/plan-options.ts";
import { type CommandContext, type CommandResult, runCommand } from "./lib/run-command.ts";

interface Options {
  readonly stack: string | undefined;
  readonly plan: string | undefined;
  readonly project: string | undefined;
}

await runCommand({
  name: "drill",
  summary:
    "Rehearse a recovery in a stack that is made for it and destroyed afterwards; or run every drill that is due.",
  usage: "npm run drill -- (--stack NAME | --plan FILE) (--kind KIND | --due | --list | --destroy NAME)",
  options: {
    ...PLAN_OPTIONS,
    kind: { type: "string", placeholder: "KIND", description: DRILL_KINDS.join(", ") },
    point: {
      type: "string",
      placeholder: "ID",
      default: "latest",
      description: "id of the point, latest, or latest-verified",
    },
    keep: { type: "boolean", description: "leave the target, and say how to reach and destroy it" },
    due: { type: "boolean", description: "show every drill, and run those that are due" },
    list: { type: "boolean", description: "show every drill with last executed and next due; run none" },
    destroy: {
      type: "string",
      placeholder: "NAME",
      description: "destroy the stack of a drill that was kept",
    },
  },
  examples: [
    "npm run drill -- --stack prod --project ordak --kind staging-restore",
    "npm run drill -- --stack prod --due",
    "npm run --silent drill -- --stack prod --list --json",
    "npm run drill -- --plan my.yaml --kind full-dr --keep",
  ],
  async run(options, context) {
    const { due, list, destroy, keep } = options;
    const asked = [options.kind !== undefined, due, list, destroy !== undefined].filter(Boolean).length;
    if (asked !== 1) throw usage(`${asked === 0 ? "nothing is" : "more than one thing is"} asked for`);
    if (options.kind === undefined && (keep || options.point !== "latest"))
      throw usage("--keep and --point go with --kind alone");
    if (options.kind !== undefined) {
      const kind = toKind(options.kind);
      return await drillOnce({ ...options, kind }, context);
    }
    return destroy === undefined
      ? await drillDue({ ...options, list }, context)
      : await destroyKept({ ...options, destroy }, context);
  },
});

async function drillOnce(
  options: Options & { readonly kind: DrillKind; readonly point: string; readonly keep: boolean },
  { clock, progress, signal, say }: CommandContext,
): Promise<CommandResult> {
  const { kind, point, keep } = options;
  const { plan, project, vault } = await openProject(options, { clock, purpose: "read" });
  try {
    // Pulumi's modules are large: a wrong option is answered without them.
    const { runDrill } = await import("../drills/run-drill.ts");
    const workers = plan.job.workers;
    const request = { plan, project, kind, vault, point, keep, clock, workers, progress, signal, say };
    const result = await runDrill(request);
    return { exitCode: result.verdict === "FAIL" ? 3 : 0, result, text: describeDrill(result) };
  } finally {
    vault.close();
  }
}

async function drillDue(
  options: Options & { readonly list: boolean },
  { clock, progress, signal, say }: CommandContext,
): Promise<CommandResult> {
  const { plan, vault } = await openEnvironment(options, clock);
  try {
    const projects = options.project === undefined ? plan.projects : [findProject(plan, options.project)];
    if (options.list) {
      const { listDrills } = await import("../drills/list-drills.ts");
      const drills = await listDrills(projects, vault, clock());
      return { result: { drills }, text: describeDueDrills(drills) };
    }
    const { runDueDrills } = await import("../drills/run-due-drills.ts");
    const workers = plan.job.workers;
    const done = await runDueDrills({ plan, projects, vault, clock, workers, progress, signal, say });
    return { exitCode: exitCodeOf(done), result: done, text: describeExecuted(done) };
  } finally {
    vault.close();
  }
}

async function destroyKept(
  options: Options & { readonly destroy: string },
  { clock, say }: CommandContext,
): Promise<CommandResult> {
  const { plan, vault } = await openEnvironment(options, clock);
  vault.close();
  const { destroyNamedStack } = await import("../drills/stack/destroy-named-stack.ts");
  await destroyNamedStack(options.destroy, { plan, clock, say });
  return { result: { destroyed: options.destroy }, text: `${options.destroy} is destroyed.` };
}

function exitCodeOf({ executed }: DueDrills): 0 | 1 | 3 {
  if (executed.some((one) => "result" in one && one.result.verdict === "FAIL")) return 3;
  return executed.some((one) => "error" in one) ? 1 : 0;
}

function describeExecuted({ drills, executed, leftOvers }: DueDrills): string {
  const left = (leftOvers?.destroyed ?? []).map((name) => `Destroyed what a killed drill had left: ${name}`);
  const each = executed.map((one) => {
    if ("result" in one) return `${one.project}: ${describeDrill(one.result)}`;
    const about = `${one.project}: drill ${one.drill}${one.point ? ` with ${one.point}` : ""}`;
    return "running" in one
      ? `${about} runs already, as ${one.running}`
      : `${about} ended with ${one.error.code}: ${one.error.message}\nfix: ${one.error.hint}`;
  });
  return [describeDueDrills(drills), ...left, ...(each.length > 0 ? each : ["No drill is due."])].join(
    "\n\n",
  );
}

function toKind(name: string): DrillKind {
  const kind = DRILL_KINDS.find((one) => one === name);
  if (kind === undefined) throw usage(`there is no drill "${name}"; there are ${DRILL_KINDS.join(", ")}`);
  return kind;
}

function usage(message: string): HoldfastError {
  return new HoldfastError({
    code: "USAGE",
    message: `It is not clear which drill is meant: ${message}`,
    hint: "Give one of --kind KIND, --due, --list and --destroy NAME.",
    exitCode: 2,
  });
}
