/** What a long step tells while it runs; the command line turns it into a bar or a line. */
export interface ProgressEvent {
  /** The step's name as a reader knows it: `dump`, `check chunks`, `restore data`, `prove`. */
  readonly step: string;
  /** Work done so far, in the unit of `total`. */
  readonly done: number;
  /** Work in all; 0 when it is not known. */
  readonly total: number;
  /** @default "bytes" */
  readonly unit?: "bytes" | "items";
}

export type Progress = (event: ProgressEvent) => void;
