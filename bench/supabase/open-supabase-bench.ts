import { rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { reachableDirectory } from "../../sandbox/servers/reachable-directory.ts";
import { serverAccount } from "../../sandbox/servers/server-account.ts";
import { type SupabaseServer, startSupabaseServer } from "../../sandbox/servers/supabase-server.ts";
import { findOrInstallPostgres } from "../../sandbox/tools/find-or-install-postgres.ts";
import { setAddon } from "../../supabase/calls/set-addon.ts";
import { openManagementApi } from "../../supabase/open-management-api.ts";
import { numberedRef } from "./numbered-ref.ts";

/** Simulated projects without a database, and the platform that they are on, in a process of its own. */
export interface SupabaseBench {
  /** The platform, with so many requests a minute for each endpoint and project; its counts begin anew. */
  serve(limitPerMinute: number): Promise<SupabaseServer>;
  close(): Promise<void>;
}

/** The organization of the first `LISTED` projects. */
export const ORGANIZATION = "holdfast-pro";
export const LISTED = 1_000;
export const ALL = 3_000;

const DIRECTORY = resolve(import.meta.dirname, "../../.holdfast/bench");
const AT_ONCE = 32;

/** Makes the projects, every other one with point-in-time recovery, so that it has a window. */
export async function openSupabaseBench(say: (text: string) => void): Promise<SupabaseBench> {
  const directory = reachableDirectory(join(DIRECTORY, "supabase"), serverAccount());
  rmSync(directory, { recursive: true, force: true });
  const { binDirectory } = await findOrInstallPostgres();
  let server: SupabaseServer | undefined;
  const serve = async (limitPerMinute: number) => {
    await server?.stop();
    const timing = { addonCooldownSeconds: 0 };
    server = await startSupabaseServer({ directory, binDirectory, timing, limitPerMinute });
    return server;
  };
  const close = async () => {
    await server?.stop();
    rmSync(directory, { recursive: true, force: true });
  };
  try {
    say(`Making ${ALL} projects`);
    await makeProjects(await serve(120));
  } catch (error) {
    await close();
    throw error;
  }
  return { serve, close };
}

async function makeProjects(server: SupabaseServer): Promise<void> {
  const { token, endpoint } = server;
  const api = openManagementApi({ token, endpoint, clock: () => new Date() });
  let next = 0;
  const make = async () => {
    for (let number = next++; number < ALL; number = next++) {
      const ref = numberedRef(number);
      const organization = number < LISTED ? ORGANIZATION : "holdfast-team";
      const name = `project-${number}`;
      await server.addProject({ ref, name, organization, compute: "ci_small", database: "none" });
      if (number % 2 === 0) await setAddon(api, ref, { type: "pitr", variant: "pitr_7" });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, make));
}
