import { HoldfastError } from "../../plan/holdfast-error.ts";
import { redact } from "../../plan/redact.ts";
import type { WatchAlert } from "./watch-alert.ts";

/** One service that does not answer for so long is no hiccup. */
const UNSEEN_WARNING_SECONDS = 3_600;

/** What a pass saw: what stands, and what it could not look at. */
export class Findings {
  readonly #before: readonly WatchAlert[];
  readonly #unseenBefore: Readonly<Record<string, Date>>;
  readonly #now: Date;
  readonly #alerts: WatchAlert[] = [];
  readonly #unseen = new Map<string, { since: Date; why: string }>();

  /**
   * @param before what stood at the pass before
   * @param unseenBefore what it could not look at, and since when
   */
  constructor(before: readonly WatchAlert[], unseenBefore: Readonly<Record<string, Date>>, now: Date) {
    this.#before = before;
    this.#unseenBefore = unseenBefore;
    this.#now = now;
  }

  /**
   * Looks at one subject. When that fails, what stood of it stands on: silence is neither good nor bad news.
   * @param subject the ids of its alerts begin with it and a slash
   * @throws what is no error of the thing looked at, and the reason of an interruption
   */
  async look(
    subject: string,
    see: () => Promise<readonly WatchAlert[]>,
    signal?: AbortSignal,
  ): Promise<void> {
    signal?.throwIfAborted();
    try {
      this.#alerts.push(...(await see()));
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof HoldfastError)) throw error;
      const since = this.#unseenBefore[subject] ?? this.#now;
      this.#unseen.set(subject, { since, why: redact(error.message) });
      const stood = this.#before.filter(({ id }) => id.startsWith(`${subject}/`) && id !== unseenId(subject));
      this.#alerts.push(...stood);
    }
  }

  add(alerts: readonly WatchAlert[]): void {
    this.#alerts.push(...alerts);
  }

  /** Critical first, each by its id. */
  get alerts(): WatchAlert[] {
    const long = [...this.#unseen].filter(
      ([, { since }]) => this.#now.getTime() - since.getTime() >= UNSEEN_WARNING_SECONDS * 1000,
    );
    const unseen = long.map(([subject, { since, why }]): WatchAlert => {
      const says = `${subject} could not be looked at since ${since.toISOString()}: ${why}`;
      return { id: unseenId(subject), severity: "warning", says };
    });
    const order = ({ severity, id }: WatchAlert) => `${severity === "critical" ? 0 : 1} ${id}`;
    return [...this.#alerts, ...unseen].toSorted((a, b) => (order(a) < order(b) ? -1 : 1));
  }

  /** By subject. */
  get unseen(): Record<string, { readonly since: Date; readonly why: string }> {
    return Object.fromEntries(this.#unseen);
  }
}

const unseenId = (subject: string) => `${subject}/unseen`;
