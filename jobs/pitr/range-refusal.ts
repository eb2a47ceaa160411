import type { RecoveryWindow } from "../../supabase/calls/list-backups.ts";

/** Seconds since the epoch have fewer digits for the next thousands of years, milliseconds more. */
const MILLISECONDS_FROM = 1e11;

/**
 * The window that Supabase quotes when it refuses a target outside it: `Recovery time target must be within range:
 * <earliest> <= t <= <latest>`. How the two times are written is not documented: seconds, milliseconds and dates are
 * understood.
 *
 * @returns undefined when the text is another refusal; `window` is absent when its times cannot be read
 */
export function rangeRefusal(text: string): { readonly window?: RecoveryWindow } | undefined {
  if (!/recovery time target must be within range/i.test(text)) return undefined;
  const [, earliest = "", latest = ""] = /range:\s*(.+?)\s*<=\s*\S+\s*<=\s*(.+?)[\s.]*$/i.exec(text) ?? [];
  const window = { earliest: instant(earliest), latest: instant(latest) };
  const readable = !Number.isNaN(window.earliest.getTime()) && !Number.isNaN(window.latest.getTime());
  return readable ? { window } : {};
}

function instant(text: string): Date {
  if (!/^\d+(\.\d+)?$/.test(text)) return new Date(text === "" ? Number.NaN : text);
  const number = Number(text);
  return new Date(number < MILLISECONDS_FROM ? number * 1000 : number);
}
