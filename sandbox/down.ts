import { existsSync, rmSync } from "node:fs";
import { exclusive } from "./exclusive.ts";
import { sandboxPaths } from "./sandbox-paths.ts";
import { openMinistackServer } from "./servers/ministack-server.ts";
import { openPostgresServer } from "./servers/postgres-server.ts";
import { openSupabaseServer } from "./servers/supabase-server.ts";

export interface SandboxDownOptions {
  /** @default `.holdfast/sandbox` of the project */
  readonly directory?: string;
  /** Deletes all data, vault and keys too. @default false */
  readonly remove?: boolean;
  readonly onStep?: (text: string) => void;
}

/**
 * Stops the sandbox's servers. Only processes that its pid files name and whose command line is theirs are ended;
 * ministack by SIGTERM, on which it saves its keys.
 */
export async function sandboxDown(options: SandboxDownOptions = {}): Promise<void> {
  const say = options.onStep ?? (() => undefined);
  const paths = sandboxPaths(options.directory);
  if (!existsSync(paths.directory)) return;
  await exclusive(paths.lock, async () => {
    const servers = [
      openMinistackServer(paths.aws),
      openPostgresServer(paths.postgres),
      openSupabaseServer(paths.supabase),
    ];
    if (servers.some((server) => server?.running()))
      say("Stopping ministack, PostgreSQL and the simulated Supabase");
    await Promise.all(servers.map((server) => server?.stop()));
    if (!options.remove) return;
    say("Removing the sandbox's data");
    for (const apart of [paths.postgres, paths.supabase]) rmSync(apart, { recursive: true, force: true });
    rmSync(paths.directory, { recursive: true, force: true });
  });
}
