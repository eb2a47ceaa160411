import type pg from "pg";
import { HoldfastError } from "../../plan/holdfast-error.ts";

/** Lives in the target while a restore is under way and goes with its last step. */
export const JOURNAL_SCHEMA = "holdfast_restore";

/** The step after which tables have their triggers and keys. */
export const BEGIN_POST_DATA = "begin post-data";

/** What a line that is no step is about. */
const NOTE_KINDS = ["plan", "afterwards", "not restored"] as const;
export type NoteKind = (typeof NOTE_KINDS)[number];

/**
 * What of a restore is done, kept in the target itself: each step commits together with its line here, so a
 * killed restore goes on where it stopped and never does a step twice.
 */
export class Journal {
  readonly point: string;
  readonly #done: Set<string>;
  readonly #notes: ReadonlyMap<NoteKind, string[]>;
  /** True when an earlier, unfinished restore of the same point is being continued. */
  readonly resumed: boolean;

  private constructor(point: string, done: Set<string>, resumed: boolean) {
    this.point = point;
    this.#done = done;
    this.#notes = new Map(
      NOTE_KINDS.map((kind) => [
        kind,
        [...done].flatMap((line) => (line.startsWith(`${kind}: `) ? [line.slice(kind.length + 2)] : [])),
      ]),
    );
    this.resumed = resumed;
  }

  /**
   * Reads the journal of the target, if it has one.
   *
   * @throws HoldfastError TARGET_NOT_EMPTY when it belongs to the restore of another point
   */
  static async read(client: pg.Client, point: string): Promise<Journal> {
    const found = await client.query("SELECT pg_catalog.to_regclass($1) IS NOT NULL AS there", [
      `${JOURNAL_SCHEMA}.journal`,
    ]);
    if (found.rows[0]?.there !== true) return new Journal(point, new Set(), false);
    const rows = await client.query<{ point: string; step: string }>(
      `SELECT id, point, step FROM ${JOURNAL_SCHEMA}.journal
        UNION ALL SELECT NULL, point, step FROM ${JOURNAL_SCHEMA}.unlogged ORDER BY id`,
    );
    const other = rows.rows.find((row) => row.point !== point);
    if (other !== undefined) {
      throw new HoldfastError({
        code: "TARGET_NOT_EMPTY",
        message: `Database ${client.database ?? ""} holds an unfinished restore of ${other.point}; ${point} cannot be restored into it.`,
        hint: `Finish that restore by running it again with --point ${other.point.split("/")[1] ?? ""}, or drop the database and create an empty one.`,
      });
    }
    return new Journal(point, new Set(rows.rows.map((row) => row.step)), rows.rows.length > 0);
  }

  /** Creates the journal; runs in the caller's transaction, together with the first step. */
  static async create(client: pg.Client): Promise<void> {
    await client.query(`CREATE SCHEMA ${JOURNAL_SCHEMA}`);
    // No key on the text: a line may be longer than an index entry can be.
    await client.query(
      `CREATE TABLE ${JOURNAL_SCHEMA}.journal (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
         point text NOT NULL, step text NOT NULL, done_at timestamptz NOT NULL DEFAULT pg_catalog.now())`,
    );
    await client.query(
      `CREATE UNLOGGED TABLE ${JOURNAL_SCHEMA}.unlogged (point text NOT NULL, step text NOT NULL)`,
    );
  }

  has(step: string): boolean {
    return this.#done.has(step);
  }

  /**
   * Runs `work` and notes the step in one transaction; a step noted before is not run again.
   *
   * @param options.unlogged the work is in unlogged tables or sequences, which a crash of the server empties: its line
   * is kept in such a table too, and goes with it. @default false
   */
  async once(
    client: pg.Client,
    step: string,
    work: () => Promise<void>,
    options: { readonly unlogged?: boolean } = {},
  ): Promise<void> {
    if (this.has(step)) return;
    await client.query("BEGIN");
    try {
      await work();
      await this.#add(client, step, options.unlogged ? "unlogged" : "journal");
      await client.query("COMMIT");
    } catch (error) {
      // The connection may be gone; the first error is the one to tell.
      await client.query("ROLLBACK").catch(() => undefined);
      throw error;
    }
    this.#done.add(step);
  }

  /** Keeps a line that is no step, for later steps and for a continued restore; in the caller's transaction. */
  async note(client: pg.Client, kind: NoteKind, text: string): Promise<void> {
    await this.#add(client, `${kind}: ${text}`);
    this.#notes.get(kind)?.push(text);
  }

  /** The notes of a kind, in the order in which they were taken. */
  notes(kind: NoteKind): readonly string[] {
    return this.#notes.get(kind) ?? [];
  }

  async #add(client: pg.Client, line: string, table: "journal" | "unlogged" = "journal"): Promise<void> {
    await client.query(`INSERT INTO ${JOURNAL_SCHEMA}.${table} (point, step) VALUES ($1, $2)`, [
      this.point,
      line,
    ]);
  }

  /** The restore is complete: leaves no trace in the target. */
  async remove(client: pg.Client): Promise<void> {
    await client.query(`DROP SCHEMA IF EXISTS ${JOURNAL_SCHEMA} CASCADE`);
  }
}
