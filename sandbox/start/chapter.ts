import type { Verdict } from "../../jobs/verdict.ts";
import type { Rewind } from "./rewind-project.ts";

/** What was done to a product's files in Supabase Storage. */
export interface FilesChapter {
  readonly bucket: string;
  readonly objects: number;
  readonly bytes: number;
  readonly syncSeconds: number;
  readonly syncVerdict: Verdict;
  /** Into the restored project's own Storage. */
  readonly restored: number;
  readonly restoreSeconds: number;
  readonly restoreVerdict: Verdict;
  /** After the database alone was rewound: files whose rows are back and whose bytes are not, or are others. */
  readonly lostByRewind: number;
  /** What the disaster did to them. */
  readonly struck: number;
}

/** What was done to one product, with every figure that the verdict rests on. */
export interface Chapter {
  readonly project: string;
  readonly point: string;
  readonly tables: number;
  readonly rows: number;
  readonly sourceBytes: number;
  readonly storedBytes: number;
  readonly backupSeconds: number;
  readonly backupObjectiveSeconds: number;
  /** Taken before the disaster, as before a deployment. */
  readonly checkpoint: {
    readonly id: string;
    readonly verdict: Verdict;
    readonly reasons: readonly string[];
  };
  readonly disaster: string;
  readonly damagedVerdict: Verdict;
  readonly damagedReasons: readonly string[];
  readonly restoreSeconds: number;
  readonly proofSeconds: number;
  readonly proofVerdict: Verdict;
  readonly checks: number;
  readonly proofReasons: readonly string[];
  readonly notRestored: readonly string[];
  /** From the incident until the restored database was proved. */
  readonly rtoSeconds: number;
  readonly rtoObjectiveSeconds: number;
  /** From the point's snapshot until the incident: what was written then is lost. */
  readonly rpoSeconds: number;
  readonly rpoObjectiveSeconds: number;
  readonly rowsLost: number;
  /** Of a product with files. */
  readonly files?: FilesChapter;
  /** The same disaster undone in the project itself, by its point-in-time recovery. */
  readonly rewind: Rewind;
}
