import type { ManagementApi } from "../../../../supabase/management-api.ts";
import { openManagementApi } from "../../../../supabase/open-management-api.ts";
import { type ScriptedApi, startScriptedApi } from "../../../support/scripted-api.ts";
import { virtualTime } from "../../../support/virtual-time.ts";

export const REF = "abcdefghijklmnopqrst";

/** A project whose recovery window and position in the log a test sets. */
export interface ScriptedWindow {
  readonly scripted: ScriptedApi;
  readonly api: ManagementApi;
  /** `undefined`: the add-on is on, and there is nothing yet. */
  window(edges: { readonly earliest: string; readonly latest: string } | undefined): void;
  off(): void;
  /** `undefined`: the database does not answer. */
  position(position: string | undefined): void;
}

const unix = (at: string) => Math.floor(Date.parse(at) / 1000);

export async function createScriptedWindow(): Promise<ScriptedWindow> {
  const scripted = await startScriptedApi();
  const { clock, sleep } = virtualTime();
  const { endpoint, token } = scripted;
  const answer = (pitr: boolean, edges: object) =>
    scripted.on("GET", "/v1/projects/{ref}/database/backups", {
      json: {
        ...{ region: "eu-central-1", walg_enabled: true, pitr_enabled: pitr, backups: [] },
        physical_backup_data: edges,
      },
    });
  return {
    scripted,
    api: openManagementApi({ token, endpoint, clock, sleep }),
    window: (edges) =>
      answer(
        true,
        edges === undefined
          ? {}
          : {
              earliest_physical_backup_date_unix: unix(edges.earliest),
              latest_physical_backup_date_unix: unix(edges.latest),
            },
      ),
    off: () => answer(false, {}),
    position: (position) =>
      scripted.on(
        "POST",
        "/v1/projects/{ref}/database/query/read-only",
        position === undefined
          ? { status: 400, json: { message: "Failed to run sql query: recovery is in progress" } }
          : { status: 201, json: [{ position }] },
      ),
  };
}
