import type { AlertChange, WatchAlert } from "./watch-alert.ts";

/**
 * What began and what ended to stand. An alert whose figures grow is the same; one that becomes worse is raised again.
 * @param isWatched whether the plan still has what an alert of this id is about
 * @returns raised before mended, each in the order of the lists
 */
export function diffAlerts(
  before: readonly WatchAlert[],
  now: readonly WatchAlert[],
  isWatched: (id: string) => boolean,
): AlertChange[] {
  const was = new Map(before.map((alert) => [alert.id, alert]));
  const is = new Set(now.map(({ id }) => id));
  return [
    ...now
      .filter(({ id, severity }) => {
        const known = was.get(id);
        return known === undefined || (severity === "critical" && known.severity === "warning");
      })
      .map((alert) => ({ kind: "raised", alert }) as const),
    ...before
      .filter(({ id }) => !is.has(id))
      .map((alert) => ({ kind: isWatched(alert.id) ? "mended" : "dropped", alert }) as const),
  ];
}
