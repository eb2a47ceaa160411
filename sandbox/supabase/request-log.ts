/** A request that the simulator answered, or let go without an answer. */
export interface LoggedRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** `undefined`: the connection was dropped, or there was no answer yet. */
  readonly status: number | undefined;
  /** When it came. */
  readonly at: Date;
}

const KEPT = 100_000;

/** The last requests, oldest first. */
export class RequestLog {
  #entries: LoggedRequest[] = [];
  readonly #counts = new Map<string, number>();

  add(entry: LoggedRequest): void {
    this.#entries.push(entry);
    const status = String(entry.status ?? "none");
    this.#counts.set(status, (this.#counts.get(status) ?? 0) + 1);
    if (this.#entries.length > KEPT * 1.1) this.#entries = this.#entries.slice(-KEPT);
  }

  entries(): readonly LoggedRequest[] {
    return this.#entries;
  }

  /** How many requests ended with each status, those that are not kept any more too; `none`: without an answer. */
  counts(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts);
  }
}
