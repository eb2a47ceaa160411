import { resolveSecret } from "../../jobs/resolve-secret.ts";
import type { StorageSourceSettings } from "../../jobs/storage/storage-source-settings.ts";
import type { Clock } from "../../plan/clock.ts";
import { HoldfastError } from "../../plan/holdfast-error.ts";
import type { ProjectPlan } from "../../plan/protection-plan.ts";
import { connect } from "../../postgres/connect.ts";
import type { DatabaseAddress } from "../../postgres/database-address.ts";
import { parseDatabaseUrl } from "../../postgres/database-url.ts";
import { closeClient } from "../../postgres/snapshot.ts";
import { isLocalHost } from "../../postgres/tls-of-url.ts";
import { listApiKeys } from "../../supabase/calls/list-api-keys.ts";
import { findSessionPooler } from "../../supabase/find-session-pooler.ts";
import type { ManagementApi } from "../../supabase/management-api.ts";
import { storageEndpoint } from "../../supabase/storage-endpoint.ts";
import { waitUntil } from "../../supabase/wait-until.ts";

export interface SupabaseTargetRequest {
  readonly api: ManagementApi;
  /** Of the project that was made. */
  readonly ref: string;
  readonly region: string;
  /** Of the database's `postgres`. */
  readonly password: string;
  /** Whose recovery is rehearsed: what its own connection trusts, the new one trusts too. */
  readonly project: ProjectPlan;
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
}

/** A Supabase project that can be restored into. It holds secrets: never print it whole. */
export interface ReachedSupabase {
  readonly ref: string;
  readonly region: string;
  /** Of its REST, Auth, Storage and functions. */
  readonly url: string;
  readonly address: DatabaseAddress;
  /** How its Storage is written to; absent when `noStorage` says why. */
  readonly storage?: StorageSourceSettings;
  readonly noStorage?: string;
}

/** A pooler was seen to need up to 41 s until it knew a project that was ready. */
const ANSWERS_SECONDS = 180;

/**
 * Finds out how a new project is reached: its database through the pooler's session mode, as its own host has an IPv6
 * address alone, and its Storage by a session token, as S3 keys can be made in the dashboard alone.
 *
 * @throws HoldfastError POOLER_UNKNOWN, WAIT_TIMED_OUT when no database answers there, DATABASE_TLS_UNTRUSTED; ApiError
 */
export async function reachSupabaseTarget(request: SupabaseTargetRequest): Promise<ReachedSupabase> {
  const { api, ref, region, password, project, signal } = request;
  const pooler = await findSessionPooler(api, ref, signal && { signal });
  const { host, port, user, database } = pooler;
  const address = { host, port, user, database, password, tls: await tlsLikeSource(project, host) };
  await waitForAnswer(request, address);
  const url = `https://${ref}.supabase.co`;
  return { ref, region, url, address, ...(await storageOf(request)) };
}

/**
 * The certificate of a pooler is signed by Supabase's own authority: whoever trusts it for the project in the plan
 * (`sslrootcert` in its connection) trusts it for the new one.
 */
async function tlsLikeSource(
  { connection, name }: ProjectPlan,
  host: string,
): Promise<DatabaseAddress["tls"]> {
  if (isLocalHost(host)) return { mode: "off" };
  const whole = { mode: "verify-full" } as const;
  try {
    const { tls } = parseDatabaseUrl(await resolveSecret(connection, `the connection of ${name}`));
    return tls.mode === "off" ? whole : tls;
  } catch (error) {
    // The source may be lost, and its connection with it.
    if (error instanceof HoldfastError) return whole;
    throw error;
  }
}

async function waitForAnswer(
  { ref, clock, signal }: SupabaseTargetRequest,
  address: DatabaseAddress,
): Promise<void> {
  await waitUntil({
    what: `the database of project ${ref} at ${address.host}:${address.port}`,
    poll: async () => {
      await closeClient(await connect(address, { applicationName: "holdfast drill" }));
      return true;
    },
    done: (answers) => answers,
    // A pooler that does not know the project yet refuses its login.
    tolerate: (error) => error instanceof HoldfastError && !error.code.startsWith("DATABASE_TLS"),
    deadlineSeconds: ANSWERS_SECONDS,
    intervalSeconds: 10,
    clock,
    signal,
  });
}

/**
 * UNVERIFIED on the platform, read in its source: a request with a session token is signed with the ref as the key's id
 * and the anon key as its secret, and the token of the service role passes row security. Refused keys fail the drill.
 * @see https://supabase.com/docs/guides/storage/s3/authentication
 */
async function storageOf({
  api,
  ref,
  region,
  project,
  signal,
}: SupabaseTargetRequest): Promise<Pick<ReachedSupabase, "storage" | "noStorage">> {
  const keys = await listApiKeys(api, ref, { reveal: true }, signal && { signal });
  const keyOf = (role: string) => keys.find(({ name, type }) => name === role && type !== "secret")?.key;
  const [anon, service] = [keyOf("anon"), keyOf("service_role")];
  if (!anon || !service)
    return { noStorage: `Supabase shows no legacy keys (anon, service_role) of project ${ref}` };
  const credentials = { accessKeyId: ref, secretAccessKey: anon, sessionToken: service };
  return { storage: { endpoint: endpointLikeSource(project, ref), region, ...credentials } };
}

/** An endpoint of one's own that names the project leads to the new one by its ref. */
function endpointLikeSource({ ref: source, storageAccess }: ProjectPlan, ref: string): string {
  const own = storageAccess?.endpoint;
  return source !== undefined && own?.includes(source) ? own.replace(source, ref) : storageEndpoint(ref);
}
