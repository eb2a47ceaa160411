import { join, resolve } from "node:path";
import { reachableDirectory } from "./servers/reachable-directory.ts";
import { serverAccount } from "./servers/server-account.ts";

export interface SandboxPaths {
  readonly directory: string;
  readonly postgres: string;
  /** The simulated platform with its projects' clusters. */
  readonly supabase: string;
  readonly aws: string;
  readonly keys: string;
  readonly planFile: string;
  readonly environmentFile: string;
  /** Project, settings and state of the stack. */
  readonly stack: string;
  /** State of the stacks of drills. */
  readonly drills: string;
  readonly lock: string;
}

/** `.holdfast/sandbox` of the project. */
export const defaultSandboxDirectory = (): string => resolve(import.meta.dirname, "../.holdfast/sandbox");

/** Where the parts of a sandbox are. The databases' places are apart when their account may not enter the project. */
export function sandboxPaths(directory: string = defaultSandboxDirectory()): SandboxPaths {
  const root = resolve(directory);
  const account = serverAccount();
  return {
    directory: root,
    postgres: reachableDirectory(join(root, "postgres"), account),
    supabase: reachableDirectory(join(root, "supabase"), account),
    aws: join(root, "aws"),
    keys: join(root, "keys"),
    planFile: join(root, "plan.yaml"),
    environmentFile: join(root, "env"),
    stack: join(root, "stack"),
    drills: join(root, "drills"),
    lock: join(root, "lock"),
  };
}
