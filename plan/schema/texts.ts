import { z } from "zod";
import { BYTE_SIZE_FORM, parseByteSize } from "../byte-size.ts";
import { DURATION_FORM, formatDuration, parseDuration } from "../duration.ts";
import { HoldfastError } from "../holdfast-error.ts";
import { nextDue, SCHEDULE_FORM, shortestGapSeconds } from "../schedule.ts";
import { field } from "./field.ts";
import { refuse } from "./refuse.ts";

/** A full dump more often than this would overlap with itself: the objective for its duration is 15 minutes. */
const SHORTEST_GAP_SECONDS = 900;

const reason = (error: unknown) => (error instanceof Error ? error.message.replace(/^"[^"]*" /, "it ") : "");

/** A duration in the plan's notation, read into seconds. */
export function duration(help: { text: string; example: string; min: string; max: string }) {
  const min = parseDuration(help.min);
  const max = parseDuration(help.max);
  const range = `a duration from ${help.min} to ${help.max}`;
  const schema = z.string().transform((text, context) => {
    try {
      const seconds = parseDuration(text);
      if (seconds >= min && seconds <= max) return seconds;
      refuse(context, {
        bound: range,
        fix: `write ${formatDuration(seconds < min ? min : max)} or a value between`,
      });
    } catch {
      refuse(context, { bound: range, fix: `write ${DURATION_FORM}` });
    }
    return z.NEVER;
  });
  return field(schema, { text: help.text, example: help.example, range });
}

/** A size in the plan's notation, read into bytes. */
export function byteSize(help: { text: string; example: string }) {
  const range = "a size with its unit";
  const schema = z.string().transform((text, context) => {
    try {
      return parseByteSize(text);
    } catch {
      refuse(context, { bound: range, fix: `write ${BYTE_SIZE_FORM}` });
      return z.NEVER;
    }
  });
  return field(schema, { ...help, range });
}

/** A cron expression that fires, and not so often that a job meets itself. */
export function schedule(help: { text: string; example: string }) {
  const range = "a cron expression of five fields, UTC, that fires at most every 15 minutes";
  const schema = z.string().superRefine((text, context) => {
    try {
      nextDue(text, new Date(0));
      const gap = shortestGapSeconds(text);
      if (gap < SHORTEST_GAP_SECONDS) {
        refuse(context, {
          bound: "at least 15m between two runs",
          fix: `now they are ${formatDuration(gap)} apart: run it less often`,
        });
      }
    } catch (error) {
      if (!(error instanceof HoldfastError)) throw error;
      refuse(context, { bound: `${range} (${reason(error)})`, fix: `write ${SCHEDULE_FORM}` });
    }
  });
  return field(schema, { ...help, range });
}

/** A whole number within bounds. */
export function wholeNumber(help: { text: string; example: string; min: number; max: number }) {
  const range = `a whole number from ${help.min} to ${help.max}`;
  return field(z.int().min(help.min).max(help.max), { text: help.text, example: help.example, range });
}

/** A text of a given form. */
export function text(help: { text: string; example: string; range: string; form: RegExp }) {
  return field(z.string().regex(help.form), { text: help.text, example: help.example, range: help.range });
}

/** A text of a person's own words: not empty, one line, not endless. */
export const words = (help: { text: string; example: string }) =>
  text({ ...help, range: "a text of 1 to 200 characters on one line", form: /^(?=.*\S)[^\n\r]{1,200}$/ });

/** A name that becomes part of object keys and resource names. */
export const slug = (help: { text: string; example: string }) =>
  text({
    ...help,
    range: "1 to 40 lower-case letters, digits and single hyphens, starting with a letter",
    form: /^(?=.{1,40}$)[a-z][a-z0-9]*(-[a-z0-9]+)*$/,
  });

/** A list whose entries all differ. */
export function uniqueList<Item extends z.ZodType>(
  item: Item,
  help: { text: string; example: string; of: string },
) {
  const schema = z.array(item).superRefine((entries, context) => {
    entries.forEach((entry, index) => {
      const key = JSON.stringify(entry);
      const first = entries.findIndex((other) => JSON.stringify(other) === key);
      if (first < index) {
        refuse(context, {
          path: [index],
          bound: `${help.of} that differ`,
          fix: `remove it, entry ${first} says the same`,
        });
      }
    });
  });
  return field(schema, { text: help.text, example: help.example, range: `a list of ${help.of}` });
}
