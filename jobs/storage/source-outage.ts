import type pg from "pg";
import type { HoldfastError } from "../../plan/holdfast-error.ts";
import type { MirrorShard } from "../../vault/mirror/mirror-shard.ts";
import { readCatalog } from "./read-catalog.ts";
import { sourceError } from "./source-error.ts";
import type { StorageSource } from "./storage-source.ts";

/** After so many objects not to be had one after another it is asked whether any is. */
const SUSPICIOUS = 8;
/** Of the catalog, beside the last one that was copied. */
const ASKED = 8;

export interface SourceFacts {
  readonly source: StorageSource;
  readonly guard: pg.Client;
  readonly bucket: string;
  readonly shard?: MirrorShard | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Tells a Storage that is down, which ends a run, from objects that it cannot give, of which there may be many. */
export class SourceOutage {
  readonly #facts: SourceFacts;
  /** Objects not to be had since the last one that was. */
  #inARow = 0;
  #latest: HoldfastError | undefined;
  #lastCopied: string | undefined;

  constructor(facts: SourceFacts) {
    this.#facts = facts;
  }

  copied(name: string): void {
    this.#inARow = 0;
    this.#lastCopied = name;
  }

  /** @throws the error, when Storage gives no other object either */
  async failed(error: HoldfastError): Promise<void> {
    this.#latest = error;
    this.#inARow += 1;
    if (this.#inARow < SUSPICIOUS) return;
    this.#inARow = 0;
    if (!(await this.#givesAny())) throw error;
  }

  /**
   * After the last object of a run that copied none: a record of nothing but faults would not be worth one.
   * @throws the latest error, when Storage gives no other object either
   */
  async ended(): Promise<void> {
    if (this.#latest !== undefined && !(await this.#givesAny())) throw this.#latest;
  }

  async #givesAny(): Promise<boolean> {
    const { guard, bucket, shard } = this.#facts;
    if (this.#lastCopied !== undefined && (await this.#gives(this.#lastCopied))) return true;
    for (const { name } of await readCatalog(guard, { bucket, shard, limit: ASKED }))
      if (await this.#gives(name)) return true;
    return false;
  }

  /** Whether it is opened; that there is none of the name is an answer, too. */
  async #gives(name: string): Promise<boolean> {
    const { source, bucket, signal } = this.#facts;
    try {
      (await source.open(bucket, name, { signal })).close();
      return true;
    } catch (error) {
      signal?.throwIfAborted();
      return sourceError(error, { bucket, name }).code === "STORAGE_OBJECT_MISSING";
    }
  }
}
