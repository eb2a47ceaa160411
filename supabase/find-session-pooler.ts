import { HoldfastError } from "../plan/holdfast-error.ts";
import { getPooler, type Pooler } from "./calls/get-pooler.ts";
import type { ManagementApi, RequestOptions } from "./management-api.ts";

/** Port of a pooler's session mode, on the host that answers in transaction mode at 6543. */
const SESSION_PORT = 5432;

/**
 * How a project's database is reached from anywhere: its own host has an IPv6 address alone, its pooler an IPv4 one too.
 * In session mode, as a restore keeps settings and locks for the length of a session.
 *
 * @throws HoldfastError POOLER_UNKNOWN when Supabase names none for the primary; ApiError
 * @see https://supabase.com/docs/guides/database/connecting-to-postgres
 */
export async function findSessionPooler(
  api: ManagementApi,
  ref: string,
  options?: RequestOptions,
): Promise<Pooler> {
  const primaries = (await getPooler(api, ref, options)).filter(({ replica }) => !replica);
  const pooler = primaries.find(({ mode }) => mode === "session") ?? primaries[0];
  if (pooler !== undefined)
    return pooler.mode === "session" ? pooler : { ...pooler, mode: "session", port: SESSION_PORT };
  throw new HoldfastError({
    code: "POOLER_UNKNOWN",
    message: `Supabase names no pooler of project ${ref}, so its database has no address that is reached over IPv4`,
    hint: "Look at the project in the dashboard (Connect, Session pooler). A project that was just made may need a minute.",
  });
}
