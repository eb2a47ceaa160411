import type { Clock } from "../../plan/clock.ts";
import { parsePointId } from "../../plan/point-id.ts";
import { ApiError } from "../../supabase/api-error.ts";
import { createRestorePoint } from "../../supabase/calls/create-restore-point.ts";
import { getEntitlements } from "../../supabase/calls/get-entitlements.ts";
import { getProject } from "../../supabase/calls/get-project.ts";
import { getRestorePoint } from "../../supabase/calls/get-restore-point.ts";
import type { RestorePoint } from "../../supabase/calls/replies/restore-point-reply.ts";
import { isOutcomeUnknown } from "../../supabase/is-outcome-unknown.ts";
import type { ManagementApi, RequestOptions } from "../../supabase/management-api.ts";
import { waitUntil } from "../../supabase/wait-until.ts";

/** What became of the restore point at Supabase. */
export interface NamedRestorePoint {
  /** Whether the account has restore points at all. */
  readonly entitled: boolean;
  readonly name?: string;
  /** `AVAILABLE`, `PENDING`, `FAILED`, or one that is new; absent where none was asked for. */
  readonly status?: string;
  /** In words, for the sheet. */
  readonly detail: string;
}

const DEADLINE_SECONDS = 300;
/** UNVERIFIED: no account with restore points was seen, and the known entitlements name none. */
const FEATURE = /(?:^|[._])restore_points?(?:$|[._])/;

/**
 * Names the moment of a checkpoint at Supabase too, where the account has restore points: few have. Asked twice for the
 * same checkpoint, it finds the first one.
 *
 * @param checkpoint its id; undefined only looks whether the account has restore points
 * @throws ApiError for what is neither an answer nor the refusal that all others get
 * @see https://supabase.com/docs/reference/api/v1-create-restore-point
 */
export async function nameRestorePoint(
  api: ManagementApi,
  ref: string,
  checkpoint: string | undefined,
  options: {
    readonly organization?: string | undefined;
    readonly clock: Clock;
    /** How long it is waited for. @default 300 */
    readonly deadlineSeconds?: number | undefined;
    readonly signal?: AbortSignal | undefined;
  },
): Promise<NamedRestorePoint> {
  const { signal } = options;
  const request: RequestOptions = signal ? { signal } : {};
  if (await isDenied(api, ref, options.organization, request))
    return { entitled: false, detail: "not entitled, by the organization's entitlements" };
  const name = checkpoint === undefined ? undefined : restorePointName(checkpoint);
  const found = await find(api, ref, name, request);
  if (found === "refused")
    return { entitled: false, detail: "not entitled: Supabase has them for selected customers only" };
  if (name === undefined) return { entitled: true, detail: "entitled (UNVERIFIED); one would be asked for" };
  const asked = found ?? (await create(api, ref, name, request));
  const point = await settle(api, ref, asked, options);
  const detail = `${name} is ${point.status} (UNVERIFIED: only a simulated Supabase was ever seen to make one)`;
  return { entitled: true, name, status: point.status, detail };
}

/** `hf_20260131_174501`: Supabase takes 20 characters. */
function restorePointName(checkpoint: string): string {
  const stamp = parsePointId(checkpoint).at.toISOString().replaceAll(/[-:]/g, "");
  return `hf_${stamp.slice(0, 8)}_${stamp.slice(9, 15)}`;
}

/** An entitlement that is not listed says nothing: the endpoint itself tells. */
async function isDenied(
  api: ManagementApi,
  ref: string,
  organization: string | undefined,
  request: RequestOptions,
): Promise<boolean> {
  const project = organization === undefined ? await getProject(api, ref, request) : undefined;
  const slug = organization ?? project?.organizationSlug ?? project?.organizationId;
  if (slug === undefined) return false;
  const { features } = await getEntitlements(api, slug, request);
  return features.some(({ feature, hasAccess }) => FEATURE.test(feature) && !hasAccess);
}

async function find(
  api: ManagementApi,
  ref: string,
  name: string | undefined,
  request: RequestOptions,
): Promise<RestorePoint | "refused" | undefined> {
  try {
    return await getRestorePoint(api, ref, name === undefined ? {} : { name }, request);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.code === "SUPABASE_NOT_FOUND") return undefined;
    if (error.code === "SUPABASE_REFUSED" || error.code === "SUPABASE_PLAN_REQUIRED") return "refused";
    throw error;
  }
}

async function create(
  api: ManagementApi,
  ref: string,
  name: string,
  request: RequestOptions,
): Promise<RestorePoint> {
  try {
    return await createRestorePoint(api, ref, { name }, request);
  } catch (error) {
    if (!isOutcomeUnknown(error)) throw error;
    const found = await find(api, ref, name, request);
    if (found === undefined || found === "refused") throw error;
    return found;
  }
}

/** One that takes longer goes on by itself, and is told as it is. */
async function settle(
  api: ManagementApi,
  ref: string,
  asked: RestorePoint,
  { clock, deadlineSeconds = DEADLINE_SECONDS, signal }: Parameters<typeof nameRestorePoint>[3],
): Promise<RestorePoint> {
  let last = asked;
  if (last.status !== "PENDING") return last;
  try {
    return await waitUntil({
      what: `restore point ${asked.name}`,
      poll: (options) => getRestorePoint(api, ref, { name: asked.name }, options),
      done: ({ status }) => status !== "PENDING",
      onState: (state) => {
        last = state;
      },
      deadlineSeconds,
      clock,
      signal,
    });
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "WAIT_TIMED_OUT") return last;
    throw error;
  }
}
