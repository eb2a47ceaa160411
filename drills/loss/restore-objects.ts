import { restoreStorage, type StorageRestoreResult } from "../../jobs/restore-storage.ts";
import type { TargetStorage } from "../../jobs/storage/check-references.ts";
import { StorageSource } from "../../jobs/storage/storage-source.ts";
import type { StorageSourceSettings } from "../../jobs/storage/storage-source-settings.ts";
import { veilError } from "../../jobs/storage/veil-names.ts";
import { storageTargetName } from "../../jobs/storage-restore/admit-storage-target.ts";
import { storageSources } from "../../jobs/storage-restore/storage-sources.ts";
import type { Check } from "../../jobs/verdict.ts";
import { formatByteSize } from "../../plan/byte-size.ts";
import { HoldfastError } from "../../plan/holdfast-error.ts";
import { getStorageConfig } from "../../supabase/calls/get-storage-config.ts";
import { setStorageConfig } from "../../supabase/calls/set-storage-config.ts";
import type { ManagementApi, RequestOptions } from "../../supabase/management-api.ts";
import type { DrillContext } from "../drill-context.ts";
import type { ReachedSupabase } from "../stack/reach-supabase-target.ts";

/** So many objects of a bucket have a check of their own; all are counted. */
const NAMED = 20;

export interface RestoredObjects {
  readonly checks: readonly Check[];
  readonly notChecked: readonly string[];
  /** Where they are now, for the proof against the database; absent when they could not be restored there. */
  readonly storage?: TargetStorage & { readonly kind: "endpoint" };
}

/**
 * Restores the stored objects of the point into the new project's Storage, whose database is restored. What is missing,
 * changed or refused is a finding. Close the source of the storage that is told.
 */
export async function restoreObjects(
  context: DrillContext,
  supabase: ReachedSupabase,
): Promise<RestoredObjects> {
  const { storage, noStorage = "it has no Storage", ref } = supabase;
  if (storage === undefined) {
    const check: Check = { name: "Storage of the new project", verdict: "FAIL", detail: noStorage };
    return { checks: [check], notChecked: [] };
  }
  const notChecked = await prepareStorage(context, ref);
  const checks: Check[] = [];
  let isRefused = false;
  for (const { bucket } of context.manifest.storage ?? []) {
    const found = await restoreBucket(context, storage, bucket).catch((error: unknown): Check[] => {
      context.signal?.throwIfAborted();
      if (!(error instanceof HoldfastError)) throw error;
      isRefused = true;
      // The operator is told the object's name; evidence, which holds the check, is not.
      context.say(`${error.message} ${error.hint}`);
      const { message } = veilError(error, bucket) as HoldfastError;
      return [{ name: restoreOf(bucket), verdict: "FAIL", detail: `${message} ${error.hint}` }];
    });
    checks.push(...found);
  }
  if (isRefused) return { checks, notChecked };
  return { checks, notChecked, storage: { kind: "endpoint", source: new StorageSource(storage) } };
}

/**
 * A new project takes files up to 50 MB, and its S3 protocol may be off: it is set as the source is, as far as that can
 * still be asked.
 * @returns what could not be
 */
async function prepareStorage(
  { api, project, signal, say }: DrillContext,
  ref: string,
): Promise<readonly string[]> {
  const options = signal && { signal };
  const now = await getStorageConfig(await api(), ref, options);
  const lost = project.ref !== undefined && (await limitOf(await api(), project.ref, options));
  const fileSizeLimitBytes = Math.max(now.fileSizeLimitBytes, lost || 0);
  if (!now.s3ProtocolEnabled || fileSizeLimitBytes > now.fileSizeLimitBytes) {
    say(`Setting Storage to take files of ${formatByteSize(fileSizeLimitBytes)} …`);
    await setStorageConfig(await api(), ref, { fileSizeLimitBytes, s3ProtocolEnabled: true }, options);
  }
  if (lost) return [];
  const own = formatByteSize(now.fileSizeLimitBytes);
  return [`the largest file that the lost project took: nobody tells it; the new one takes ${own}`];
}

async function limitOf(
  api: ManagementApi,
  ref: string,
  options: RequestOptions | undefined,
): Promise<number | undefined> {
  try {
    return (await getStorageConfig(api, ref, options)).fileSizeLimitBytes;
  } catch (error) {
    options?.signal?.throwIfAborted();
    if (error instanceof HoldfastError) return undefined;
    throw error;
  }
}

async function restoreBucket(
  { plan, vault, manifest, stack, progress, signal, say }: DrillContext,
  storage: StorageSourceSettings,
  bucket: string,
): Promise<Check[]> {
  const target = { ...storage, bucket, database: stack.target.address };
  say(`Restoring ${bucket} into ${stack.target.inWords} …`);
  const result = await restoreStorage({
    ...{ vault, manifest, bucket, target, progress, signal },
    sources: storageSources(plan),
    confirm: storageTargetName(target),
  });
  const { verdict, findings } = result;
  return [
    { name: restoreOf(bucket), verdict, detail: describe(result) },
    ...findings.slice(0, NAMED).map(
      ({ name, problem, detail }): Check => ({
        name: `${problem} object ${bucket}/${name}`,
        object: name,
        verdict: "FAIL",
        detail,
      }),
    ),
  ];
}

const restoreOf = (bucket: string): string => `restore of the stored objects of ${bucket}`;

function describe({ counts, findings, policies }: StorageRestoreResult): string {
  const { restored, bytes, missing, orphan, changed } = counts;
  const all = `${restored} restored (${formatByteSize(bytes)})`;
  if (findings.length + policies.length === 0) return `${all}, exactly as the point lists them`;
  return [
    `${all}; ${missing} missing, ${orphan} orphan, ${changed} changed`,
    ...policies.map((policy) => `policy ${policy}`),
  ].join("; ");
}
