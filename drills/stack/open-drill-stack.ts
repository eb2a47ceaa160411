import { randomBytes } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { RestoreTarget, type RestoreTargetArgs } from "../../components/restore/restore-target.ts";
import { resolveSecret } from "../../jobs/resolve-secret.ts";
import { HoldfastError } from "../../plan/holdfast-error.ts";
import type { ProjectPlan, ProtectionPlan } from "../../plan/protection-plan.ts";
import { redact } from "../../plan/redact.ts";
import type { DrillKind } from "../../plan/schema/drills.ts";
import type { DatabaseAddress } from "../../postgres/database-address.ts";
import { parseDatabaseUrl } from "../../postgres/database-url.ts";
import type { ManagementApi } from "../../supabase/management-api.ts";
import type { Manifest } from "../../vault/manifest.ts";
import type { CompleteTarget } from "../drill-target.ts";
import { configureDrill } from "./configure-drill.ts";
import { destroyDrillStack } from "./destroy-drill-stack.ts";
import { drillDatabaseName, drillProjectName } from "./drill-names.ts";
import type { DrillStack } from "./drill-stack.ts";
import { makeWorkspaceStack } from "./drill-workspace.ts";
import { reachSupabaseTarget } from "./reach-supabase-target.ts";

export interface OpenDrillStackRequest {
  /** As `drillStackName` makes it. */
  readonly name: string;
  readonly plan: ProtectionPlan;
  readonly project: ProjectPlan;
  readonly kind: DrillKind;
  readonly target: CompleteTarget;
  readonly manifest: Manifest;
  readonly api: () => Promise<ManagementApi>;
  readonly clock: () => Date;
  readonly signal?: AbortSignal | undefined;
}

/** For a drill the shortest window is enough. */
const WINDOW_DAYS = 7;
const LOGICAL_NAME = "target";

/**
 * Makes a drill's stack and finds out how its target is reached. What was begun when this fails is there: the caller
 * destroys it by its name.
 * @throws HoldfastError those of `makeWorkspaceStack`, `reachSupabaseTarget`, SECRET_…; DRILL_STACK_FAILED
 */
export async function openDrillStack(request: OpenDrillStackRequest): Promise<DrillStack> {
  const { name, plan, target } = request;
  const login = target.kind === "server" ? await loginOf(target) : undefined;
  const password = randomBytes(24).toString("base64url");
  const args = argumentsOf(request, login, password);
  const outputs: Outputs = {};
  const stack = await makeWorkspaceStack(name, plan.drills, async () => declare(args, outputs));
  await configureDrill(stack, plan, target);
  await update(stack, request.signal);
  const destroy = () => destroyDrillStack(name, { ...request, targets: [target] });
  if (login !== undefined) {
    const address = { ...login, database: known(outputs, "database") };
    const inWords = `database ${address.database} on ${address.host}`;
    return { name, target: { kind: "server", address, inWords }, destroy };
  }
  const { api, project, clock, signal } = request;
  const ref = known(outputs, "ref");
  const region = args.kind === "supabase" ? args.region : "";
  const supabase = await reachSupabaseTarget({
    api: await api(),
    ref,
    region,
    password,
    project,
    clock,
    signal,
  });
  const inWords = `the new Supabase project ${ref}`;
  return { name, target: { kind: "supabase", address: supabase.address, inWords, supabase }, destroy };
}

const loginOf = async ({ connection }: Extract<CompleteTarget, { kind: "server" }>) =>
  parseDatabaseUrl(await resolveSecret(connection, "the login of the server that drills restore into"));

function argumentsOf(
  { name, plan, project, kind, target, manifest }: OpenDrillStackRequest,
  login: DatabaseAddress | undefined,
  password: string,
): RestoreTargetArgs {
  const common = { environment: plan.environment, project, purpose: "drill", facts: factsOf(plan) } as const;
  if (target.kind === "server" && login !== undefined) {
    const { template } = target;
    const { encoding, collate, ctype } = manifest.source;
    return {
      ...common,
      kind: "server",
      host: login.host,
      port: login.port,
      username: login.user,
      password: login.password,
      sslMode: login.tls.mode === "off" ? "disable" : login.tls.mode,
      database: drillDatabaseName(name),
      template,
      ...(template === "template0" && { locale: { encoding, collate, ctype } }),
    };
  }
  if (target.kind !== "supabase") throw new Error("a server's login is always read");
  const { organization, region, size } = target;
  return {
    ...common,
    kind: "supabase",
    projectName: drillProjectName(name),
    organization,
    region,
    databasePassword: password,
    ...(size === undefined ? {} : { size }),
    ...(kind === "pitr-simulation" ? { pitr: { windowDays: WINDOW_DAYS } as const } : {}),
  };
}

const factsOf = ({ environment, vault }: ProtectionPlan) => ({
  accountId: pulumi.output(""),
  partition: pulumi.output("aws"),
  region: vault.region,
  tags: { "holdfast:environment": environment, "holdfast:drill": "true" },
});

/** What of the target is known only when it is there. */
interface Outputs {
  database?: string;
  ref?: string | undefined;
}

/** The program runs in this process, so that what it learns needs not be asked for. */
function declare(args: RestoreTargetArgs, outputs: Outputs): Record<string, unknown> {
  const { address, ref } = new RestoreTarget(LOGICAL_NAME, args);
  pulumi.all([address.database, ref]).apply(([made, project]) => {
    outputs.database = made;
    outputs.ref = project;
  });
  return { ...address, ref };
}

async function update(stack: Stack, signal: AbortSignal | undefined): Promise<void> {
  try {
    await stack.up({ ...(signal && { signal }) });
  } catch (cause) {
    signal?.throwIfAborted();
    throw stackFailed(stack.name, cause);
  }
}

function stackFailed(name: string, cause: unknown): HoldfastError {
  const said = (cause instanceof Error ? cause.message : String(cause)).split("\n");
  const errors = said.filter((line) => /error/i.test(line)).map((line) => line.trim());
  return new HoldfastError({
    code: "DRILL_STACK_FAILED",
    message: `The target of drill ${name} could not be made: ${redact(errors.slice(0, 5).join("; ") || said[0] || "")}`,
    hint: "What was begun is destroyed now; if that fails too, the next drill, or npm run drill -- --destroy, does it.",
    cause,
  });
}

function known(outputs: Outputs, name: keyof Outputs): string {
  const value = outputs[name];
  if (value) return value;
  throw new Error(`the stack of the drill has no output ${name}`);
}
