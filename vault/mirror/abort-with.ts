interface Abortable {
  destroy(error: Error): unknown;
  once(event: "close", listener: () => void): unknown;
}

const underWay = new WeakMap<AbortSignal, Set<Abortable>>();

/**
 * Destroys a request when the signal aborts. One listener serves all requests of a signal: with one for each, as
 * node:http's own option has, adding the next looks through all that are there.
 */
export function abortWith(signal: AbortSignal | undefined, request: Abortable): void {
  if (signal === undefined) return;
  const requests = underWay.get(signal) ?? watch(signal);
  requests.add(request);
  request.once("close", () => requests.delete(request));
  if (signal.aborted) request.destroy(reasonOf(signal));
}

function watch(signal: AbortSignal): Set<Abortable> {
  const requests = new Set<Abortable>();
  underWay.set(signal, requests);
  const abort = () => {
    for (const request of requests) request.destroy(reasonOf(signal));
  };
  signal.addEventListener("abort", abort, { once: true });
  return requests;
}

function reasonOf({ reason }: AbortSignal): Error {
  return reason instanceof Error ? reason : new Error("aborted", { cause: reason });
}
