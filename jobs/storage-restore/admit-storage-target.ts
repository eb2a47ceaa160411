import { HoldfastError } from "../../plan/holdfast-error.ts";
import { databaseIdentity } from "../../postgres/database-identity.ts";
import type { Manifest } from "../../vault/manifest.ts";
import type { Vault } from "../../vault/vault.ts";
import { storageIdentity } from "./storage-identity.ts";
import type { StorageRestoreContext } from "./storage-restore-context.ts";
import { statesOf } from "./storage-restore-context.ts";

/** Where a restore goes, as far as its refusal needs it. */
export interface NamedTarget {
  readonly endpoint: string;
  readonly bucket: string;
  readonly database?: unknown;
}

/** What an operator types to confirm a target: a project's ref, of another Storage its host, of a plain bucket its name. */
export function storageTargetName({ endpoint, bucket, database }: NamedTarget): string {
  if (database === undefined) return bucket;
  const identity = storageIdentity(endpoint);
  return identity.includes("/") ? new URL(endpoint).host : identity;
}

/**
 * Refuses a target by its address alone.
 * @param sources S3 endpoints of all projects of the plan
 * @throws HoldfastError TARGET_NOT_CONFIRMED (exit 2), TARGET_IS_SOURCE, TARGET_IS_VAULT
 */
export function admitAddress(
  vault: Vault,
  target: NamedTarget,
  { confirm, sources }: { readonly confirm: string | undefined; readonly sources: readonly string[] },
): void {
  const name = storageTargetName(target);
  if (sources.some((source) => storageIdentity(source) === storageIdentity(target.endpoint)))
    throw isSource(`The target ${target.endpoint} is the Storage of a project of the plan`);
  if (target.database === undefined && [vault.bucket, vault.replica?.bucket].includes(target.bucket)) {
    throw new HoldfastError({
      code: "TARGET_IS_VAULT",
      message: `The target bucket ${target.bucket} is the vault itself.`,
      hint: "Name an empty bucket of its own.",
    });
  }
  if (confirm === name) return;
  throw new HoldfastError({
    code: "TARGET_NOT_CONFIRMED",
    message:
      confirm === undefined
        ? `The target ${name} was not confirmed.`
        : `The confirmation names ${JSON.stringify(confirm)}, but the target is ${JSON.stringify(name)}.`,
    hint: `If ${name} is where to restore to, add --confirm ${JSON.stringify(name)}.`,
    exitCode: 2,
  });
}

/** @throws HoldfastError TARGET_IS_SOURCE: the database that the point was taken from */
export async function admitDatabase(
  { client }: StorageRestoreContext,
  { id, source }: Manifest,
): Promise<void> {
  if (client === undefined) return;
  const { systemIdentifier, databaseOid, name } = await databaseIdentity(client);
  // An unreadable identifier proves nothing; the address was compared before.
  if (systemIdentifier === "" || systemIdentifier !== source.systemIdentifier) return;
  if (databaseOid === source.databaseOid)
    throw isSource(`Database ${name} is the one that ${id} was taken from`);
}

const NAMED = 5;

/**
 * Lets a restore only into a bucket in which nothing can be lost: without objects, but for rows that the database's
 * restore brought, or with those that an earlier run of this very restore wrote.
 * @param isResumed whether there was such a run
 * @throws HoldfastError TARGET_NOT_EMPTY, which names the first objects
 */
export async function admitContents(context: StorageRestoreContext, isResumed: boolean): Promise<void> {
  const found: string[] = [];
  for await (const { name, match, found: object } of statesOf(context)) {
    context.signal.throwIfAborted();
    if (object === undefined) continue;
    const size = match?.indexRow?.size ?? match?.row.size;
    if (match === undefined) found.push(`${name} (not in the point)`);
    else if (!isResumed) found.push(name);
    else if (object.size !== undefined && size !== undefined && object.size !== size)
      found.push(`${name} (${object.size} bytes; the point has ${size})`);
    if (found.length === NAMED) break;
  }
  if (found.length === 0) return;
  throw new HoldfastError({
    code: "TARGET_NOT_EMPTY",
    message: `The target bucket ${context.target.bucket} holds objects that no restore of ${context.manifest.id} wrote: ${found.map((one) => `${context.target.bucket}/${one}`).join(", ")}${found.length === NAMED ? " …" : ""}. Nothing was written.`,
    hint: isResumed
      ? "They came after the restore was begun. Move them away and run it again, or restore into an empty bucket."
      : "Restore into an empty bucket; what is in this one was left as it is.",
  });
}

function isSource(message: string): HoldfastError {
  return new HoldfastError({
    code: "TARGET_IS_SOURCE",
    message: `${message}; a restore never writes to a source.`,
    hint: "Restore into a new project, or into a bucket at another endpoint.",
  });
}
