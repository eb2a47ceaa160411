import { formatDuration } from "../../plan/duration.ts";
import { FINAL_STATUSES } from "../../supabase/final-statuses.ts";
import { type Look, lookAtProject } from "./look-at-project.ts";
import type { PitrBegun } from "./pitr-begun.ts";
import type { PitrContext } from "./pitr-context.ts";

/** How the following of a restore ended. */
export type Ending =
  /** The project serves, and nothing from after the target is in it. */
  | { readonly kind: "rewound" }
  /** The project was away and serves again; no row can tell what it holds. */
  | { readonly kind: "returned"; readonly why: string }
  /** It was never away in the time in which a restore begins. */
  | { readonly kind: "not-begun"; readonly later: "there" | "untold"; readonly why: string }
  | { readonly kind: "failed" | "stuck" | "lost"; readonly why: string };

/**
 * Watches a restore until its end is known or the deadline has come. A restore has no id to ask for: its end is that the
 * project has left its healthy state and is back, or, when that was too quick to be seen, that rows written after the
 * target are gone. UNVERIFIED which states Supabase shows meanwhile: every state in which a project does not serve
 * counts as having left.
 */
export async function followRestore(context: PitrContext, begun: PitrBegun): Promise<Ending> {
  const watch = new Watch(context, begun);
  for (;;) {
    const look = await lookAtProject(context, begun);
    const ending = watch.judge(look);
    if (ending !== undefined) return ending;
    if (!(await context.deadline.sleep(context.timing.pollSeconds, context.signal)))
      return watch.giveUp(look);
  }
}

/** What was seen of one restore so far. */
class Watch {
  readonly #context: PitrContext;
  readonly #begun: PitrBegun;
  readonly #startedAt: number;
  #away = false;
  #status: string | undefined;
  /** Since when rows from after the target are seen in a project that serves. */
  #laterSince: number | undefined;

  constructor(context: PitrContext, begun: PitrBegun) {
    this.#context = context;
    this.#begun = begun;
    this.#startedAt = context.deadline.elapsedSeconds();
  }

  /** @returns undefined while the end is open */
  judge(look: Look): Ending | undefined {
    this.#tell(look);
    switch (look.kind) {
      case "away":
        return this.#judgeState(look.status);
      case "barred":
        return { kind: "lost", why: `The restore can no longer be followed: ${look.why}` };
      case "serves":
        return look.later === "gone" ? { kind: "rewound" } : this.#judgeRows(look.later);
      default:
        return undefined;
    }
  }

  giveUp(look: Look): Ending {
    const { ref, clock } = this.#context;
    const sinceRequest = (clock().getTime() - new Date(this.#begun.requestedAt).getTime()) / 1000;
    const after = `${formatDuration(sinceRequest)} after the request`;
    if (look.kind === "unseen")
      return { kind: "lost", why: `Supabase tells nothing of project ${ref} ${after}: ${look.why}` };
    const state = "status" in look ? look.status : "unknown";
    const silent = look.kind === "silent" ? `, and its database does not answer (${look.why})` : "";
    const later = look.kind === "serves" && look.later === "there";
    const rows = later ? ", and rows written after the target are still there" : "";
    return { kind: "stuck", why: `Project ${ref} is ${state} ${after}${silent}${rows}` };
  }

  #judgeState(status: string): Ending | undefined {
    this.#laterSince = undefined;
    // A project that was found in a final state keeps it until the restore begins.
    const isOld = status === this.#begun.statusBefore && !this.#away && !this.#isOverdue();
    if (FINAL_STATUSES.has(status) && !isOld)
      return { kind: "failed", why: `Project ${this.#context.ref} is ${status}` };
    this.#away ||= status !== this.#begun.statusBefore;
    return undefined;
  }

  #judgeRows(later: "there" | "untold"): Ending | undefined {
    const { ref, deadline, timing } = this.#context;
    if (!this.#away) {
      if (!this.#isOverdue()) return undefined;
      const why = `Project ${ref} was not seen to leave its state within ${formatDuration(timing.startSeconds)}`;
      return { kind: "not-begun", later, why };
    }
    if (later === "untold")
      return { kind: "returned", why: `Project ${ref} is back, and no row tells whether it was rewound` };
    this.#laterSince ??= deadline.elapsedSeconds();
    if (deadline.elapsedSeconds() - this.#laterSince < timing.settleSeconds) return undefined;
    return {
      kind: "failed",
      why: `Project ${ref} was away and is back, but rows written after the target are still there: it was not rewound`,
    };
  }

  #isOverdue(): boolean {
    const { deadline, timing } = this.#context;
    return deadline.elapsedSeconds() - this.#startedAt >= timing.startSeconds;
  }

  #tell(look: Look): void {
    const { deadline, progress, onState } = this.#context;
    const done = Math.round(deadline.elapsedSeconds());
    progress({ step: "restore", done, total: Math.round(deadline.seconds), unit: "items" });
    if (!("status" in look) || look.status === this.#status) return;
    this.#status = look.status;
    onState(look.status);
  }
}
