import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runTool, type ToolResult } from "../../sandbox/servers/run-tool.ts";
import { cacheDirectory } from "../../sandbox/tools/cache-directory.ts";
import { installOnce } from "../../sandbox/tools/install-once.ts";
import { testDirectory } from "./servers.ts";

const VERSION = "3.1.0";

/** The vendor's own command line, speaking to an endpoint of the test. */
export interface SupabaseCli {
  /** Runs one command to its end; an exit code other than 0 is returned, not thrown. */
  run(...argv: readonly string[]): Promise<ToolResult>;
}

/** From the npm registry into the cache, about 65 MB and 10 s the first time. */
async function installSupabaseCli(): Promise<string> {
  const name = `@supabase/cli-${process.platform}-${process.arch}`;
  const directory = join(cacheDirectory(), `supabase-cli-${VERSION}-${process.platform}-${process.arch}`);
  await installOnce(directory, async (unfinished) => {
    const quietly = ["--no-save", "--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund"];
    const argv = ["install", "--prefix", unfinished, ...quietly, `${name}@${VERSION}`];
    const hint = `See whether this machine reaches its npm registry: npm view ${name}@${VERSION}`;
    await runTool("npm", argv, { directory: unfinished, hint, timeoutSeconds: 600 });
  });
  const program = join(directory, "node_modules", name, "bin", "supabase");
  if (!existsSync(program)) throw new Error(`${name}@${VERSION} has no ${program}`);
  return program;
}

/**
 * The real Supabase CLI, which nobody here wrote, with an endpoint, a token and a home folder of its own: nothing of
 * the machine's user is read, and it knows no other address than the given one.
 */
export async function createSupabaseCli(init: {
  readonly endpoint: string;
  readonly token: string;
}): Promise<SupabaseCli> {
  const program = await installSupabaseCli();
  const home = await testDirectory("supabase-cli");
  const profile = join(home, "profile.yaml");
  const addresses = {
    name: "test",
    api_url: init.endpoint,
    dashboard_url: init.endpoint,
    docs_url: init.endpoint,
    project_host: "projects.invalid",
  };
  // JSON is YAML.
  writeFileSync(profile, JSON.stringify(addresses));
  const environment = {
    PATH: process.env.PATH,
    HOME: home,
    SUPABASE_PROFILE: profile,
    SUPABASE_ACCESS_TOKEN: init.token,
    // It asks the machine for no other credentials, reports to nobody, looks for no newer version, prints no colours.
    SUPABASE_NO_KEYRING: "1",
    SUPABASE_TELEMETRY_DISABLED: "1",
    DO_NOT_TRACK: "1",
    SUPABASE_NO_UPDATE_NOTIFIER: "1",
    NO_COLOR: "1",
    CI: "true",
  };
  return {
    run: (...argv) =>
      runTool(program, argv, { directory: home, environment, mayFail: true, timeoutSeconds: 60 }),
  };
}
