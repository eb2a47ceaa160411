import { z } from "zod";
import type { ApiCall } from "../../../supabase/api-call.ts";
import type { ManagementApi } from "../../../supabase/management-api.ts";
import { type ManagementApiSettings, openManagementApi } from "../../../supabase/open-management-api.ts";
import { type ScriptedApi, startScriptedApi } from "../../support/scripted-api.ts";
import { type VirtualTime, virtualTime } from "../../support/virtual-time.ts";

export interface Scripted {
  readonly server: ScriptedApi;
  readonly time: VirtualTime;
  readonly api: ManagementApi;
}

/** A scripted server and a client on virtual time that speaks to it; waits have no jitter. */
export async function openScripted(settings: Partial<ManagementApiSettings> = {}): Promise<Scripted> {
  const server = await startScriptedApi();
  const time = virtualTime();
  const api = openManagementApi({
    token: server.token,
    endpoint: server.endpoint,
    clock: time.clock,
    sleep: time.sleep,
    random: () => 1,
    ...settings,
  });
  return { server, time, api };
}

export const REF = "abcdefghijklmnopqrst";

/** A read and a write of the same shape. */
export const READ: ApiCall<{ name: string }> = {
  method: "GET",
  path: "/v1/projects/{ref}",
  parameters: { ref: REF },
  status: 200,
  reply: z.object({ name: z.string() }),
};
export const WRITE: ApiCall<{ name: string }> = {
  ...READ,
  method: "POST",
  path: "/v1/projects/{ref}/database/query",
  body: { query: "select 1" },
  status: 201,
};
