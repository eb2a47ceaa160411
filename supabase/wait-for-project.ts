import type { Clock } from "../plan/clock.ts";
import { formatDuration } from "../plan/duration.ts";
import { HoldfastError } from "../plan/holdfast-error.ts";
import { ApiError } from "./api-error.ts";
import { getHealth, type HealthService } from "./calls/get-health.ts";
import { getProject } from "./calls/get-project.ts";
import type { SupabaseProject } from "./calls/replies/project-reply.ts";
import { runQuery } from "./calls/run-query.ts";
import { FINAL_STATUSES } from "./final-statuses.ts";
import type { ManagementApi, RequestOptions } from "./management-api.ts";
import type { Sleep } from "./sleep.ts";
import { waitUntil } from "./wait-until.ts";

export interface WaitForProjectOptions {
  /** For all of it. @default 300 */
  readonly deadlineSeconds?: number;
  /** Between looks, at most; the first come sooner. @default 5 */
  readonly intervalSeconds?: number;
  /**
   * Those whose health is asked for once the project says that it is healthy. Realtime is not among them: it reads
   * COMING_UP for long in projects that nobody would call broken.
   */
  readonly services?: readonly HealthService[];
  /** Ask the services and run a first SQL statement, and not believe the status alone. @default true */
  readonly proveReady?: boolean;
  /** Called with each new status. */
  readonly onStatus?: (status: string) => void;
  readonly clock: Clock;
  /** @default real time */
  readonly sleep?: Sleep;
  readonly signal?: AbortSignal;
}

const SERVICES: readonly HealthService[] = ["auth", "db", "pooler", "rest", "storage"];
const HEALTHY = "ACTIVE_HEALTHY";

/** What one look has found. */
interface Readiness {
  readonly project: SupabaseProject;
  /** Why it cannot be used yet; none when it can. */
  readonly reasons: readonly string[];
}

/**
 * Waits until a project can truly be used: its status is ACTIVE_HEALTHY, its services say so too, and its database
 * answers. The status alone proves nothing: for seconds after it the first statements may fail.
 * @throws HoldfastError PROJECT_FAILED for a state that will not pass, PROJECT_NOT_READY at the deadline (both with
 * details: status and reasons); ApiError for what no waiting mends; the reason of the signal when it aborts
 */
export async function waitForProject(
  api: ManagementApi,
  ref: string,
  options: WaitForProjectOptions,
): Promise<SupabaseProject> {
  const { deadlineSeconds = 300, onStatus } = options;
  let shown: string | undefined;
  const { project } = await waitUntil<Readiness>({
    ...options,
    deadlineSeconds,
    what: `project ${ref}`,
    poll: (request) => look(api, ref, options, request),
    done: ({ reasons }) => reasons.length === 0,
    failed: ({ project }) => projectFailed(project),
    timedOut: (last) => notReady(ref, deadlineSeconds, last),
    onState({ project: { status } }) {
      if (status !== shown) onStatus?.(status);
      shown = status;
    },
  });
  return project;
}

async function look(
  api: ManagementApi,
  ref: string,
  { services = SERVICES, proveReady = true }: WaitForProjectOptions,
  request: RequestOptions,
): Promise<Readiness> {
  const project = await getProject(api, ref, request);
  if (project.status !== HEALTHY) return { project, reasons: [`its status is ${project.status}`] };
  if (!proveReady) return { project, reasons: [] };
  const unhealthy = await reasonsOf(async () => {
    const states = await getHealth(api, ref, { services }, request);
    return states
      .filter(({ healthy }) => !healthy)
      .map(
        ({ service, status, error }) => `${service} is ${status}${error ? ` (${error.slice(0, 100)})` : ""}`,
      );
  });
  if (unhealthy.length > 0) return { project, reasons: unhealthy };
  const silent = await reasonsOf(async () => {
    await runQuery(api, ref, "select 1", request);
    return [];
  });
  return { project, reasons: silent };
}

/** A project that is still coming up refuses, or answers nothing of use: a reason to look again. */
async function reasonsOf(ask: () => Promise<string[]>): Promise<string[]> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof ApiError && PASSING.has(error.code)) return [error.message];
    throw error;
  }
}

const PASSING: ReadonlySet<string> = new Set([
  "SUPABASE_REFUSED",
  "SUPABASE_BUSY",
  "SUPABASE_UNAVAILABLE",
  "SUPABASE_RATE_LIMITED",
  "SUPABASE_OUTCOME_UNKNOWN",
]);

function projectFailed({ ref, status }: SupabaseProject): HoldfastError | undefined {
  const hint = FINAL_STATUSES.get(status);
  if (!hint) return undefined;
  return new HoldfastError({
    code: "PROJECT_FAILED",
    message: `Project ${ref} is ${status}, which does not pass by itself`,
    hint,
    details: [{ ref, status }],
  });
}

function notReady(ref: string, deadlineSeconds: number, last: Readiness | undefined): HoldfastError {
  const reasons = last?.reasons ?? ["the API gave no usable answer about it"];
  return new HoldfastError({
    code: "PROJECT_NOT_READY",
    message: `Project ${ref} was not ready within ${formatDuration(deadlineSeconds)}: ${reasons.join("; ")}`,
    hint: "Look at the project in the dashboard and at https://status.supabase.com; run the same command again when it has settled.",
    details: [{ ref, status: last?.project.status, reasons }],
  });
}
