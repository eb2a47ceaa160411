import type { Readable } from "node:stream";
import { finished } from "node:stream/promises";
import { HoldfastError } from "../../plan/holdfast-error.ts";
import { getMirrorObject } from "../../vault/mirror/get-mirror-object.ts";
import type { IndexRow } from "../../vault/mirror/index-row.ts";
import type { IndexEntry } from "../../vault/mirror/merge-index.ts";
import type { MirrorPlace } from "../../vault/mirror/mirror-place.ts";
import { openMirror } from "../../vault/mirror/open-mirror.ts";
import { runEach } from "../run-each.ts";
import { keptVersions } from "./kept-versions.ts";
import { isDue, type NightSample } from "./night-sample.ts";

/** A copy that cannot be given back. */
export interface DamagedCopy {
  readonly name: string;
  readonly version: string;
  readonly problem: "missing" | "damaged";
  readonly detail: string;
}

export interface SampleReport {
  /** Versions of objects that the mirror must have. */
  readonly versions: number;
  /** Of these, read back in this run. */
  readonly read: number;
  /** Plain bytes of the good ones. */
  readonly bytes: number;
  /** Copies that are missing or damaged. */
  readonly bad: number;
  /** The first thousand of these. */
  readonly damaged: readonly DamagedCopy[];
}

export interface SampleRequest {
  readonly place: MirrorPlace;
  readonly entries: AsyncGenerator<IndexEntry>;
  /** @default everything */
  readonly sample?: NightSample | undefined;
  readonly retainDays: number;
  /** Objects read at once, 1 to 256. */
  readonly workers: number;
  /** Called with the number of objects read so far. */
  readonly onRead: (read: number) => void;
  readonly signal?: AbortSignal | undefined;
}

const NAMED = 1_000;

/**
 * Reads copies back from the mirror, to the last byte: fetched, decrypted, size and SHA-256 compared with the index.
 * A bad copy is a finding, after which the next is read.
 *
 * @throws HoldfastError KEY_…, STORE_…, INDEX_SEGMENT_…
 */
export async function readSample(request: SampleRequest): Promise<SampleReport> {
  const counts = { versions: 0, read: 0, bytes: 0, bad: 0 };
  const damaged: DamagedCopy[] = [];
  const mirror = await openMirror(request.place);
  const onVersion = () => {
    counts.versions += 1;
  };
  try {
    await runEach({
      ...request,
      items: dueVersions(request, onVersion),
      work: async (row, signal) => {
        const problem = await readBack(() => getMirrorObject(mirror, row, { signal }));
        counts.read += 1;
        if (problem === undefined) counts.bytes += row.size;
        else {
          counts.bad += 1;
          const { name, version } = row;
          if (damaged.length < NAMED) damaged.push({ name, version, ...problem });
        }
        request.onRead(counts.read);
      },
    });
    return { ...counts, damaged };
  } finally {
    mirror.close();
  }
}

async function* dueVersions(
  { entries, place, retainDays, sample }: SampleRequest,
  onVersion: () => void,
): AsyncGenerator<IndexRow> {
  const now = place.vault.clock();
  for await (const entry of entries) {
    const isOfTonight = sample === undefined || isDue(entry.name, sample);
    for (const version of keptVersions(entry, now, retainDays)) {
      onVersion();
      if (isOfTonight) yield version;
    }
  }
}

const PROBLEMS: Readonly<Record<string, DamagedCopy["problem"]>> = {
  MIRROR_OBJECT_MISSING: "missing",
  MIRROR_OBJECT_DAMAGED: "damaged",
};

async function readBack(open: () => Readable): Promise<Pick<DamagedCopy, "problem" | "detail"> | undefined> {
  try {
    await finished(open().resume());
    return undefined;
  } catch (error) {
    const problem = error instanceof HoldfastError ? PROBLEMS[error.code] : undefined;
    if (problem === undefined) throw error;
    return { problem, detail: (error as HoldfastError).message };
  }
}
