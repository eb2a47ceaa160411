import { resolve } from "node:path";
import { EngineError } from "../engine-error.ts";
import {
  cancelEvent,
  diagnosticEvent,
  type EngineEvent,
  preludeEvent,
  summaryEvent,
} from "../events/engine-events.ts";
import { openEventLog } from "../events/event-log.ts";
import { pluginStarter } from "../plugins/start-plugin.ts";
import { startPolicyPacks } from "../policies/start-policy-packs.ts";
import { inlineProgram } from "../program/inline-program.ts";
import { localProgram, programOf } from "../program/local-program.ts";
import { type RunResult, runStack } from "../run-stack.ts";
import type { ConfigValue } from "../settings/stack-config.ts";
import { writeDeployment } from "../state/deployment-format.ts";
import { appendHistory } from "../state/stack-history.ts";
import { breakLocks, lockStack } from "../state/stack-lock.ts";
import type { Command, CommandCall } from "./command-call.ts";
import { displayEvent, displaySummary } from "./display.ts";
import type { Arguments } from "./parse-arguments.ts";
import { secretFilter } from "./secret-filter.ts";
import type { Workspace } from "./workspace.ts";

type Kind = "update" | "refresh" | "destroy";

/** Steps at once, unless `--parallel` says otherwise. */
const PARALLEL = 16;

export const up: Command = (call) => run(call, "update", ["--expect-no-changes", "--refresh"]);
export const refresh: Command = (call) =>
  run(call, "refresh", ["--expect-no-changes", "--preview-only", "--clear-pending-creates"]);
export const destroy: Command = (call) => run(call, "destroy", ["--preview-only", "--exclude-protected"]);
export const preview: Command = (call) => run(call, "update", ["--expect-no-changes", "--refresh"], true);

export const cancel: Command = async (call) => {
  const args = call.parse({});
  const workspace = call.workspace();
  const stack = workspace.stackName(args.value("--stack") ?? args.positional[0]);
  workspace.store.require(stack);
  call.print(`${breakLocks(workspace.store.lockDirectory(stack))} lock(s) of '${stack}' removed.`);
};

async function run(
  call: CommandCall,
  kind: Kind,
  flags: readonly string[],
  isPreview = false,
): Promise<void> {
  const args = call.parse({
    flags,
    values: [
      "--client",
      "--event-log",
      "--parallel",
      "--message",
      ...(kind === "update" ? ["--policy-pack"] : []),
    ],
  });
  const dryRun = isPreview || args.has("--preview-only");
  const workspace = call.workspace();
  const stack = workspace.stackName(args.value("--stack"));
  workspace.store.require(stack);
  const warn = (text: string): void => call.warn(`warning: ${text}`);
  const release = dryRun ? () => undefined : lockStack(workspace.store.lockDirectory(stack), warn);
  const log = openEventLog(args.value("--event-log"));
  const emit = (event: EngineEvent): void => {
    log.emit(event);
    const shown = displayEvent(event);
    if (shown?.isProblem) call.warn(shown.line);
    else if (shown) call.print(shown.line);
  };
  try {
    const { succeeded, changes } = await runAndRecord({ call, args, workspace, stack, kind, dryRun, emit });
    const word = dryRun ? "preview" : kind;
    if (!succeeded) throw new EngineError(`${word} failed`);
    if (args.has("--expect-no-changes") && Object.keys(changes).some((operation) => operation !== "same"))
      throw new EngineError(`no changes were expected but changes ${dryRun ? "were proposed" : "occurred"}`);
  } finally {
    emit(cancelEvent());
    await log.close();
    release();
  }
}

interface OneRun {
  readonly call: CommandCall;
  readonly args: Arguments;
  readonly workspace: Workspace;
  readonly stack: string;
  readonly kind: Kind;
  readonly dryRun: boolean;
  readonly emit: (event: EngineEvent) => void;
}

async function runAndRecord(one: OneRun): Promise<RunResult> {
  const { call, args, workspace, stack, kind, dryRun } = one;
  const { project, store, environment } = workspace;
  const start = new Date();
  const config = await workspace.config(stack);
  const keys = [...config.keys()];
  const hide = secretFilter(config);
  const emit = (event: EngineEvent): void => one.emit(hide(event));
  const { deployment, codec } = await workspace.open(stack);
  if (!dryRun) store.backUp(stack);
  emit(preludeEvent(maskedConfig(config)));
  const client = args.value("--client");
  const onOutput = (line: string): void => emit(diagnosticEvent("info", line));
  const packs = args.options
    .filter(([name]) => name === "--policy-pack")
    .map(([, directory = ""]) => resolve(call.workDirectory, directory));
  const result = await runStack({
    kind,
    target: { stack, project: project.name },
    dryRun,
    parallel: parallelOf(args),
    before: deployment,
    config,
    program: client === undefined ? localProgram(project, environment) : inlineProgram(client),
    providers: (engineAddress) =>
      pluginStarter({
        project: project.name,
        stack,
        engineAddress,
        programDirectory: programOf(project).directory,
        environment,
        plugins: call.plugins,
        onOutput,
      }),
    configured:
      kind === "update"
        ? Object.keys(call.plugins).filter((name) => keys.some((key) => key.startsWith(`${name}:`)))
        : [],
    policies: (engineAddress) => startPolicyPacks(packs, { engineAddress, environment, onOutput }),
    refreshFirst: args.has("--refresh"),
    clearPendingCreates: args.has("--clear-pending-creates"),
    excludeProtected: args.has("--exclude-protected"),
    write: (state) => store.write(stack, writeDeployment(state, codec)),
    emit,
    ...(call.signal ? { signal: call.signal } : {}),
  });
  const end = new Date();
  const seconds = (end.getTime() - start.getTime()) / 1000;
  emit(summaryEvent(Math.round(seconds), result.changes));
  call.print(displaySummary(result.changes, seconds));
  if (!dryRun) await recordRun(one, { start, end, config, result });
  return result;
}

async function recordRun(
  { args, workspace, stack, kind }: OneRun,
  run: { start: Date; end: Date; config: ReadonlyMap<string, ConfigValue>; result: RunResult },
): Promise<void> {
  const record = {
    kind,
    startTime: run.start.toISOString(),
    endTime: run.end.toISOString(),
    message: args.value("--message") ?? "",
    environment: { "exec.kind": args.value("--exec-kind") ?? "cli" },
    config: await encryptedConfig(workspace, stack, run.config),
    result: run.result.succeeded ? "succeeded" : "failed",
    resourceChanges: run.result.changes,
  } as const;
  const { store } = workspace;
  appendHistory(store.historyDirectory(stack), record, store.read(stack) ?? {});
}

function parallelOf(args: Arguments): number {
  const given = args.value("--parallel");
  if (given === undefined) return PARALLEL;
  const parallel = Number(given);
  if (!Number.isInteger(parallel)) throw new EngineError(`--parallel takes a whole number, not ${given}`);
  // As the real command line: less than one means no bound.
  return parallel < 1 ? Number.MAX_SAFE_INTEGER : parallel;
}

function maskedConfig(config: ReadonlyMap<string, ConfigValue>): Record<string, string> {
  return Object.fromEntries([...config].map(([key, { text, secret }]) => [key, secret ? "[secret]" : text]));
}

async function encryptedConfig(
  workspace: Workspace,
  stack: string,
  config: ReadonlyMap<string, ConfigValue>,
): Promise<Record<string, { value: string; secret: boolean }>> {
  const hasSecrets = [...config.values()].some(({ secret }) => secret);
  const crypter = hasSecrets ? await workspace.crypter(stack) : undefined;
  return Object.fromEntries(
    [...config].map(([key, { text, secret }]) => [
      key,
      { value: (secret && crypter?.encrypt(text)) || text, secret },
    ]),
  );
}
