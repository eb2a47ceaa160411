import type pg from "pg";
import { HoldfastError } from "../plan/holdfast-error.ts";
import { takeLock } from "./take-lock.ts";

/** Names our advisory locks among all others of a database ("hold" in ASCII). */
const LOCK_CLASS = 0x686f6c64;
const LOCK_OF = { backup: 1, restore: 2 } as const;

/**
 * Takes the one lock of a kind on a database, held until the session ends, so that two backups (or two
 * restores) of one database never mix: the second one is refused.
 *
 * @throws HoldfastError BACKUP_RUNNING or RESTORE_RUNNING
 */
export async function lockDatabase(client: pg.Client, kind: keyof typeof LOCK_OF): Promise<void> {
  if (await takeLock(client, LOCK_CLASS, LOCK_OF[kind])) return;
  throw new HoldfastError({
    code: kind === "backup" ? "BACKUP_RUNNING" : "RESTORE_RUNNING",
    message: `Another ${kind} of database ${client.database ?? ""} is running; two of them at once are refused.`,
    hint: `Wait for it to end. If it is dead, end its session: SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND classid = ${LOCK_CLASS};`,
  });
}
