import { compareNames } from "./compare-names.ts";
import type { IndexRow } from "./index-row.ts";
import type { MirrorPlace } from "./mirror-place.ts";
import type { SegmentReference } from "./segment-reference.ts";
import { writeSegment } from "./write-segment.ts";

export interface SegmentWriterOptions {
  readonly run: string;
  /** Held in memory until they are written, about 1 KiB each. @default 10,000 */
  readonly rowsPerSegment?: number | undefined;
  /** A killed run loses the knowledge of what it copied for so long at most. @default 60 */
  readonly secondsPerSegment?: number | undefined;
}

/**
 * Takes the rows of a run and writes them as segments, each of which is a checkpoint. Rows may come in the order in
 * which workers end; roughly by name is best, as segments that hardly overlap are read one after another.
 */
export class SegmentWriter {
  readonly #place: MirrorPlace;
  readonly #options: SegmentWriterOptions;
  readonly #written: SegmentReference[] = [];
  #rows: IndexRow[] = [];
  #oldest = 0;
  #number = 0;
  #writing: Promise<void> = Promise.resolve();

  constructor(place: MirrorPlace, options: SegmentWriterOptions) {
    this.#place = place;
    this.#options = options;
  }

  /** Returns when there is room for the next row. A failed write fails this and every later call. */
  async add(row: IndexRow): Promise<void> {
    const { rowsPerSegment = 10_000, secondsPerSegment = 60 } = this.#options;
    // Real time: a checkpoint is about how long work is at risk, not about dates.
    if (this.#rows.length === 0) this.#oldest = performance.now();
    this.#rows.push(row);
    const isOld = performance.now() - this.#oldest >= secondsPerSegment * 1000;
    if (this.#rows.length >= rowsPerSegment || isOld) await this.#flush();
  }

  /** Writes what is left. @returns every segment of the run */
  async finish(): Promise<readonly SegmentReference[]> {
    await this.#flush();
    return this.#written;
  }

  #flush(): Promise<void> {
    const rows = this.#rows;
    this.#rows = [];
    if (rows.length > 0) {
      this.#writing = this.#writing.then(() => this.#write(rows));
      // Whoever adds next sees it; until then nobody may be waiting.
      this.#writing.catch(() => undefined);
    }
    return this.#writing;
  }

  async #write(rows: IndexRow[]): Promise<void> {
    rows.sort((a, b) => compareNames(a.name, b.name));
    const { run } = this.#options;
    const number = this.#number;
    this.#number += 1;
    this.#written.push(await writeSegment(this.#place, { run, number, rows }));
  }
}
