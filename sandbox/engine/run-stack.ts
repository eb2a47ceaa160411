import { DefaultProviders } from "./deployment/default-providers.ts";
import { deleteLeftovers } from "./deployment/delete-leftovers.ts";
import { refreshResources } from "./deployment/refresh-resources.ts";
import { Registrar } from "./deployment/registrar.ts";
import type { RunContext } from "./deployment/run-context.ts";
import { RunStopped, StepRunner } from "./deployment/step-runner.ts";
import { unprotected } from "./deployment/unprotected.ts";
import { diagnosticEvent, type EngineEvent } from "./events/engine-events.ts";
import { engineService } from "./monitor/engine-service.ts";
import { resourceMonitor } from "./monitor/resource-monitor.ts";
import { serveGrpc } from "./monitor/serve-grpc.ts";
import { ProviderRegistry, type StartPlugin } from "./plugins/provider-registry.ts";
import { PolicyJudge } from "./policies/policy-judge.ts";
import type { PolicyPack } from "./policies/policy-pack.ts";
import type { Program } from "./program/program.ts";
import { asSecret, type PropertyMap } from "./protocol/property-value.ts";
import { engineServices, resourceServices } from "./protocol/sdk.ts";
import type { ConfigValue } from "./settings/stack-config.ts";
import type { Deployment } from "./state/resource-state.ts";
import { SnapshotKeeper } from "./state/snapshot-keeper.ts";
import type { ChangeCounts } from "./state/stack-history.ts";

export interface RunOptions {
  readonly kind: "update" | "refresh" | "destroy";
  readonly target: { readonly stack: string; readonly project: string };
  readonly dryRun: boolean;
  /** Steps at once. */
  readonly parallel: number;
  readonly before: Deployment;
  readonly config: ReadonlyMap<string, ConfigValue>;
  /** Run by an update. */
  readonly program: Program;
  /** @returns what starts the providers, which may call the engine at the address */
  readonly providers: (engineAddress: string) => StartPlugin;
  /** Packages that the stack's configuration has settings of: the program is going to use them. @default none */
  readonly configured?: readonly string[];
  /** Policies that an update must keep. */
  readonly policies?: (engineAddress: string) => Promise<readonly PolicyPack[]>;
  /** By an update: everything is read from its provider first. */
  readonly refreshFirst?: boolean;
  /** By a refresh: what an earlier run began to create is forgotten. */
  readonly clearPendingCreates: boolean;
  /** By a destruction: what is protected stays, with what it needs. */
  readonly excludeProtected: boolean;
  /** Stores the state; not called in a preview. */
  readonly write: (deployment: Deployment) => void;
  readonly emit: (event: EngineEvent) => void;
  readonly signal?: AbortSignal;
}

export interface RunResult {
  readonly succeeded: boolean;
  readonly changes: ChangeCounts;
}

/** One run over a stack: update, refresh or destroy, or the preview of one. */
export async function runStack(options: RunOptions): Promise<RunResult> {
  const { dryRun, before, emit, signal } = options;
  const keeper = new SnapshotKeeper(before, dryRun ? () => undefined : options.write);
  const runner = new StepRunner({ keeper, parallel: options.parallel, dryRun, emit });
  const cancel = (): void => runner.fail("the run was canceled");
  signal?.addEventListener("abort", cancel, { once: true });
  if (signal?.aborted) cancel();
  const engine = await serveGrpc(
    engineServices.EngineService as never,
    engineService({ emit, onError: (message, urn) => runner.report(message, urn || undefined) }),
  );
  const registry = new ProviderRegistry(
    options.providers(engine.address),
    before.resources,
    options.configured,
  );
  let judge: PolicyJudge | undefined;
  warnOfPending(before, options);
  try {
    judge = new PolicyJudge(options.policies?.(engine.address) ?? Promise.resolve([]), emit);
    const context: RunContext = { ...options, previous: before.resources, registry, keeper, runner, judge };
    await perform(context, options, engine.address);
  } catch (error) {
    if (!(error instanceof RunStopped)) runner.fail((error as Error).message);
  } finally {
    await runner.settled();
    if (!dryRun) keeper.save();
    signal?.removeEventListener("abort", cancel);
    await registry.close();
    await judge?.close();
    engine.server.forceShutdown();
  }
  return { succeeded: !runner.failed, changes: runner.counts };
}

async function perform(context: RunContext, options: RunOptions, engineAddress: string): Promise<void> {
  if (options.kind === "refresh") {
    if (options.clearPendingCreates) context.keeper.clearPendingCreates();
    return refreshResources(context, options.emit);
  }
  if (options.kind === "destroy") {
    const { previous } = context;
    return deleteLeftovers(context, options.excludeProtected ? unprotected(previous) : previous);
  }
  await update(
    options.refreshFirst ? await refreshed(context, options.emit) : context,
    options,
    engineAddress,
  );
}

async function update(context: RunContext, options: RunOptions, engineAddress: string): Promise<void> {
  const registrar = new Registrar(context);
  await runProgram(context, options, registrar, engineAddress);
  if (context.runner.failed) throw new RunStopped();
  await deleteLeftovers(context, registrar.leftovers());
  if (!context.runner.failed) await context.judge.judgeStack(context);
}

async function refreshed(context: RunContext, emit: RunOptions["emit"]): Promise<RunContext> {
  await refreshResources(context, emit);
  context.runner.forgetCounts();
  return { ...context, previous: context.keeper.current().resources };
}

async function runProgram(
  context: RunContext,
  options: RunOptions,
  registrar: Registrar,
  engineAddress: string,
): Promise<void> {
  const { runner, dryRun } = context;
  const values = [...options.config];
  const settings: PropertyMap = Object.fromEntries(
    values.map(([key, { text, secret }]) => [key, secret ? asSecret(text) : text]),
  );
  const providers = new DefaultProviders(context, registrar, settings);
  const monitor = await serveGrpc(
    resourceServices.ResourceMonitorService as never,
    resourceMonitor({ registrar, providers, dryRun, fail: (message) => runner.fail(message) }),
  );
  const ending = new AbortController();
  const program = options.program({
    ...context.target,
    monitorAddress: monitor.address,
    engineAddress,
    dryRun,
    parallel: options.parallel,
    config: Object.fromEntries(values.map(([key, { text }]) => [key, text])),
    secretKeys: values.filter(([, { secret }]) => secret).map(([key]) => key),
    signal: ending.signal,
    onOutput: (line) => options.emit(diagnosticEvent("info", line)),
  });
  // After a failure the program waits for answers that will not come; it is ended when the steps under way are done.
  const stopped = runner.stopped.then(() => runner.settled());
  const failure = await Promise.race([program, stopped.then(() => "stopped")]);
  ending.abort();
  monitor.server.forceShutdown();
  runner.programEnded();
  if (failure !== undefined && !runner.failed) runner.fail(failure);
}

function warnOfPending({ pendingOperations }: Deployment, { emit, kind }: RunOptions): void {
  if (pendingOperations.length === 0) return;
  const listed = pendingOperations.map(
    ({ resource, type }) => `  * ${resource.urn}, interrupted while ${type}`,
  );
  const hint =
    kind === "refresh"
      ? "--clear-pending-creates forgets those that were interrupted while creating."
      : "Run `pulumi refresh` to find out what became of them; look yourself for those that were being created.";
  emit(
    diagnosticEvent(
      "warning",
      `${pendingOperations.length} operation(s) of an earlier run were interrupted:\n${listed.join("\n")}\n${hint}`,
    ),
  );
}
