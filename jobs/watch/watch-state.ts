import { GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { z } from "zod";
import { awsErrorFacts } from "../../vault/aws-error.ts";
import { watchStateKey } from "../../vault/layout.ts";
import { isAbsent, storeError } from "../../vault/store-error.ts";
import type { Vault } from "../../vault/vault.ts";
import { PitrMemory } from "../measure/pitr-memory.ts";
import { WatchAlert } from "./watch-alert.ts";

const instant = z.iso.datetime().transform((text) => new Date(text));

/** How the last run of a job ended, by its evidence. */
const LastRun = z.object({
  at: instant,
  isFailed: z.boolean(),
  /** The point, or the code of the error. */
  what: z.string().optional(),
  durationSeconds: z.number().optional(),
});
export type LastRun = z.output<typeof LastRun>;

/** What a pass of the watch leaves for the next one. Small, holds no secret, and may be lost: then it is made anew. */
export const WatchState = z.object({
  version: z.literal(1),
  at: instant,
  /** When the environment began: what was due before is owed by nobody. */
  beganAt: instant,
  /** Since when the plan has each scheduled job, by `runPlace`: one that is added to an old environment owes nothing yet. */
  since: z.record(z.string(), instant),
  /** By `runPlace`. */
  runs: z.record(z.string(), LastRun),
  /** By project. */
  pitr: z.record(z.string(), PitrMemory),
  vault: z.object({ at: instant, bytes: z.number() }).optional(),
  canaryFiredAt: instant.optional(),
  /** What stands. */
  alerts: z.array(WatchAlert),
  /** What stands as far as the chat knows. */
  told: z.array(WatchAlert),
  /** Until when another pass is telling the difference. */
  tellingUntil: instant.optional(),
  /** What could not be looked at, and since when. */
  unseen: z.record(z.string(), instant),
});
export type WatchState = z.output<typeof WatchState>;

export interface StoredWatchState {
  /** Undefined when there is none, or none that can be read. */
  readonly state?: WatchState;
  /** Of what was read, also when it made no sense. */
  readonly eTag?: string;
}

/** @throws HoldfastError STORE_…, BUCKET_UNKNOWN */
export async function readWatchState(vault: Vault): Promise<StoredWatchState> {
  const key = watchStateKey(vault.environment);
  try {
    const { Body, ETag } = await vault.s3.send(new GetObjectCommand({ Bucket: vault.bucket, Key: key }));
    const text = (await Body?.transformToString()) ?? "";
    const { data } = WatchState.safeParse(parsed(text));
    return { ...(data && { state: data }), ...(ETag && { eTag: ETag }) };
  } catch (error) {
    if (isAbsent(error)) return {};
    throw storeError(error, { operation: "GetObject", bucket: vault.bucket, key });
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * Puts the state in the place of the one that was read, as a new version, unless another pass was faster.
 * @param replaces the ETag of what was read; undefined when there was none
 * @returns the new ETag; undefined when another pass was faster, and nothing was written
 * @throws HoldfastError STORE_…, BUCKET_UNKNOWN
 */
export async function writeWatchState(
  vault: Vault,
  state: WatchState,
  replaces: string | undefined,
): Promise<string | undefined> {
  const key = watchStateKey(vault.environment);
  try {
    const { ETag } = await vault.s3.send(
      new PutObjectCommand({
        Bucket: vault.bucket,
        Key: key,
        Body: `${JSON.stringify(state)}\n`,
        ContentType: "application/json",
        // Buckets with object lock want a checksum.
        ChecksumAlgorithm: "SHA256",
        ...(replaces === undefined ? { IfNoneMatch: "*" } : { IfMatch: replaces }),
      }),
    );
    return ETag ?? "";
  } catch (error) {
    const { name, httpStatus } = awsErrorFacts(error);
    if (httpStatus === 412 || httpStatus === 409 || name === "PreconditionFailed") return undefined;
    throw storeError(error, { operation: "PutObject", bucket: vault.bucket, key });
  }
}
