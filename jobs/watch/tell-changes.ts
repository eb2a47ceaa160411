import type { Clock } from "../../plan/clock.ts";
import { HoldfastError } from "../../plan/holdfast-error.ts";
import type { Vault } from "../../vault/vault.ts";
import { diffAlerts } from "./diff-alerts.ts";
import { isWatched } from "./is-watched.ts";
import { tellChat } from "./tell-chat.ts";
import type { AlertChange } from "./watch-alert.ts";
import type { WatchContext } from "./watch-context.ts";
import { type WatchState, writeWatchState } from "./watch-state.ts";

/** Longer than the chat may take to answer; then another pass takes over from one that died. */
const CLAIM_MILLISECONDS = 60_000;
/** What a chat shows without folding it away. */
const MOST_LINES = 20;

/** What became of what the chat was to be told, in words. */
export interface Told {
  readonly changes: readonly AlertChange[];
  /** Why nothing was told although there was something to tell. */
  readonly problem?: string;
}

/**
 * Keeps the state, and tells the chat what changed since it was last told. The state is written first with a claim, and
 * only by the pass that wins: so the same change is told once, and a chat that does not answer is told by a later pass
 * what is different then; what came and went meanwhile is news of nothing. One that answers too late, or whose answer is
 * lost, may hear it twice, since a lost alert is worse.
 *
 * @param state with what the chat was told before
 * @param replaces the ETag of the state that the pass began with
 * @throws HoldfastError STORE_…
 */
export async function tellChanges(
  context: Pick<WatchContext, "plan" | "vault" | "clock" | "chatUrl" | "signal">,
  state: WatchState,
  replaces: string | undefined,
): Promise<Told> {
  const { vault, clock, plan, signal } = context;
  const url = await readUrl(context);
  const changes = diffAlerts(state.told, state.alerts, (id) => isWatched(plan, id));
  const inTune = { ...state, told: state.alerts };
  if (changes.length === 0 || url.none) return await keep(vault, inTune, replaces);
  if (url.problem !== undefined) return { ...(await keep(vault, state, replaces)), problem: url.problem };
  const claimed = await writeWatchState(vault, claim(state, clock), replaces);
  if (claimed === undefined) return OVERTAKEN;
  const told = await tellChat(url.value, messageOf(plan.environment, changes), { signal });
  await writeWatchState(vault, told.accepted ? inTune : state, claimed);
  return told.accepted ? { changes } : { changes: [], problem: `The chat was not told: ${told.answer}` };
}

const OVERTAKEN: Told = { changes: [], problem: "Another pass of the watch was faster; it tells the chat" };

const claim = (state: WatchState, clock: Clock): WatchState => ({
  ...state,
  tellingUntil: new Date(clock().getTime() + CLAIM_MILLISECONDS),
});

async function keep(vault: Vault, state: WatchState, replaces: string | undefined): Promise<Told> {
  return (await writeWatchState(vault, state, replaces)) === undefined ? OVERTAKEN : { changes: [] };
}

type ChatUrl =
  | { readonly none: true; readonly problem?: undefined; readonly value: "" }
  | { readonly none: false; readonly problem?: string; readonly value: string };

/** A secret that is not there is a reason to say so, and none to end the pass. */
async function readUrl({ chatUrl }: Pick<WatchContext, "chatUrl">): Promise<ChatUrl> {
  try {
    const value = await chatUrl();
    return value === undefined ? { none: true, value: "" } : { none: false, value };
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error;
    return { none: false, problem: `The chat was not told: ${error.message}`, value: "" };
  }
}

function messageOf(environment: string, changes: readonly AlertChange[]): string {
  const lines = changes.map(({ kind, alert: { severity, says } }) => {
    if (kind === "raised") return `${severity.toUpperCase()}: ${says}.`;
    return `${kind === "mended" ? "Mended" : "No longer in the plan"} (was ${severity}): ${says}.`;
  });
  const more = lines.length - MOST_LINES;
  return [
    `Holdfast ${environment}`,
    ...lines.slice(0, MOST_LINES),
    ...(more > 0 ? [`… and ${more} more: npm run watch`] : []),
  ].join("\n");
}
