export interface AbortWatch {
  /** Ends only when the signal aborts, with its reason: to be raced against work that may never end. */
  readonly rejection: Promise<never>;
  /** Lets go of the signal, which may live far longer than the work. */
  dispose(): void;
}

/** Turns an abort into a rejection; without a signal it never comes. */
export function rejectOnAbort(signal: AbortSignal | undefined): AbortWatch {
  let onAbort = () => {};
  const rejection = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal?.reason);
  });
  // Nobody may be waiting when it rejects.
  rejection.catch(() => undefined);
  if (signal?.aborted) onAbort();
  signal?.addEventListener("abort", onAbort, { once: true });
  return { rejection, dispose: () => signal?.removeEventListener("abort", onAbort) };
}
