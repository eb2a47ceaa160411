import { setTimeout } from "node:timers/promises";

/**
 * Waits so many seconds; a signal ends it at once, with the signal's reason. Injected wherever something waits, so that
 * tests need not.
 */
export type Sleep = (seconds: number, signal?: AbortSignal) => Promise<void>;

/** Real time. */
export const sleep: Sleep = async (seconds, signal) => {
  try {
    await setTimeout(seconds * 1_000, undefined, { signal });
  } catch (error) {
    // The timer's own error hides why it was aborted.
    signal?.throwIfAborted();
    throw error;
  }
};
