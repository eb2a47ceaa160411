import { type FileHandle, open } from "node:fs/promises";
import { join } from "node:path";
import { type BackupManifest, usableBackups } from "./base-backups.ts";
import { clusterPaths } from "./cluster-paths.ts";
import { readClusterRecord } from "./cluster-record.ts";
import { timelineOfSegment, timelinePath } from "./timeline-path.ts";
import { walSegmentName } from "./wal-names.ts";
import { WalReader } from "./wal-reader.ts";

/** Most shipped segments hold less and are empty from there on. */
const CHUNK_BYTES = 128 * 1024;

/** WAL without a gap, and the backups that it begins with. */
export interface Coverage {
  /** Oldest first; recovery may begin with each of them and reach the end. */
  readonly backups: readonly BackupManifest[];
  /** Of the last transaction, in microseconds since 1970. */
  readonly lastCommitMicroseconds: number | undefined;
  /** Nothing earlier may be recovered, although a backup could. */
  readonly notBefore: Date | undefined;
  /** Why the WAL ends here for good; `undefined` when it merely has not been shipped yet. */
  readonly damage: string | undefined;
}

/**
 * How far base backups and archive of a cluster reach. Each segment is read once in the life of an instance, so
 * asking often is cheap.
 */
export class ArchiveCoverage {
  readonly #directory: string;
  #timeline = 0;
  /** By the backup that reading began with. */
  #readers = new Map<number, WalReader>();

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** The newest stretch without a gap; `undefined` without a backup. */
  async read(): Promise<Coverage | undefined> {
    const { timeline, recoverableFrom } = readClusterRecord(this.#directory);
    // A rewind changes which files are the way.
    if (timeline !== this.#timeline) this.#readers.clear();
    this.#timeline = timeline;
    const backups = usableBackups(this.#directory);
    let coverage: Coverage | undefined;
    for (let first = backups[0]; first; ) {
      const reader = await this.#advance(first);
      // Where reading has ended, only a backup that begins later can go on.
      const next = backups.find(({ startLsn }) => startLsn >= (reader.segment + 1) * reader.segmentBytes);
      const from = backups.indexOf(first);
      coverage = {
        backups: backups.slice(from, next && backups.indexOf(next)),
        lastCommitMicroseconds: reader.lastCommitMicroseconds,
        notBefore: recoverableFrom === undefined ? undefined : new Date(recoverableFrom),
        damage: reader.damage && `${this.#nextFile(reader)} ${reader.damage}`,
      };
      first = next;
    }
    return coverage;
  }

  async #advance({ id, startLsn, segmentBytes }: BackupManifest): Promise<WalReader> {
    const reader = this.#readers.get(id) ?? new WalReader(startLsn, segmentBytes);
    this.#readers.set(id, reader);
    while (reader.damage === undefined && (await readSegment(reader, this.#nextFile(reader))));
    return reader;
  }

  #nextFile({ segment, segmentBytes }: WalReader): string {
    const { archive } = clusterPaths(this.#directory);
    const timeline = timelineOfSegment(timelinePath(archive, this.#timeline), segment, segmentBytes);
    return join(archive, walSegmentName(timeline, segment, segmentBytes));
  }
}

async function openIfThere(file: string): Promise<FileHandle | undefined> {
  try {
    return await open(file);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

/** Reads what is left of a segment. @returns whether there is one */
async function readSegment(reader: WalReader, file: string): Promise<boolean> {
  const handle = await openIfThere(file);
  if (!handle) return false;
  try {
    const { segment } = reader;
    while (reader.segment === segment && reader.damage === undefined) {
      const { offset } = reader;
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(CHUNK_BYTES), 0, CHUNK_BYTES, offset);
      // Another call may have read it meanwhile.
      if (reader.segment === segment && reader.offset === offset) reader.read(buffer.subarray(0, bytesRead));
    }
    return true;
  } finally {
    await handle.close();
  }
}
