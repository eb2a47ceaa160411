import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { z } from "zod";
import { reachableDirectory } from "./servers/reachable-directory.ts";
import { serverAccount } from "./servers/server-account.ts";

const stateShape = z.object({
  /** How often the vault was made anew: part of the buckets' names. */
  generation: z.number().int(),
  bucket: z.string(),
  replicaBucket: z.string(),
  kms: z.string(),
  replicaKms: z.string(),
  signing: z.string(),
});

/** What the sandbox remembers of the vault it made. */
export type VaultState = z.infer<typeof stateShape>;

export interface SandboxPaths {
  readonly directory: string;
  readonly postgres: string;
  /** The simulated platform with its projects' clusters. */
  readonly supabase: string;
  readonly aws: string;
  readonly keys: string;
  readonly planFile: string;
  readonly environmentFile: string;
  readonly vaultState: string;
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
    vaultState: join(root, "vault.json"),
    lock: join(root, "lock"),
  };
}

/** `undefined` when no vault was made yet. */
export function readVaultState(paths: SandboxPaths): VaultState | undefined {
  if (!existsSync(paths.vaultState)) return undefined;
  return stateShape.parse(JSON.parse(readFileSync(paths.vaultState, "utf8")));
}

/** Replaces a file as a whole: a reader sees the old text or the new one. */
export function replaceFile(file: string, text: string, mode = 0o644): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, text, { mode });
  renameSync(`${file}.new`, file);
}

export function writeVaultState(paths: SandboxPaths, state: VaultState): void {
  replaceFile(paths.vaultState, `${JSON.stringify(state, null, 2)}\n`);
}
