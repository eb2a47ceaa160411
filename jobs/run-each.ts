import { runWorkers } from "./run-workers.ts";

/**
 * Works through a stream of items with `workers` at once; no more than these are taken from it. The first failure stops
 * all of them, and the stream is closed in any case.
 *
 * @throws the first error met, after all have ended
 */
export async function runEach<Item>(init: {
  readonly items: AsyncGenerator<Item>;
  /** 1 or more. */
  readonly workers: number;
  /** `signal` is aborted with the whole run, and when another item has failed. */
  readonly work: (item: Item, signal: AbortSignal) => Promise<void>;
  readonly signal?: AbortSignal | undefined;
}): Promise<void> {
  const { items, workers, work, signal: outer } = init;
  try {
    await runWorkers({
      items: Array.from({ length: workers }),
      workers,
      open: async () => undefined,
      close: async () => undefined,
      signal: outer,
      work: async (_item, _resource, _index, signal) => {
        for (let next = await items.next(); !next.done; next = await items.next()) {
          signal.throwIfAborted();
          await work(next.value, signal);
        }
      },
    });
  } finally {
    await items.return(undefined);
  }
}
