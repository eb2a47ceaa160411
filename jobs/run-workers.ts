/**
 * Works through `items` in order with `workers` loops at once, each with a resource of its own (a database
 * connection). The first failure stops every loop from taking another item and aborts the signal that the running
 * ones were given; resources are always closed.
 *
 * @throws the first error met, after all loops have ended
 */
export async function runWorkers<Item, Resource>(init: {
  readonly items: readonly Item[];
  readonly workers: number;
  readonly open: () => Promise<Resource>;
  readonly close: (resource: Resource) => Promise<void>;
  /** `signal` is aborted with the whole run, and when another loop has failed. */
  readonly work: (item: Item, resource: Resource, index: number, signal: AbortSignal) => Promise<void>;
  readonly signal?: AbortSignal | undefined;
}): Promise<void> {
  const stop = new AbortController();
  const signal = init.signal === undefined ? stop.signal : AbortSignal.any([init.signal, stop.signal]);
  let next = 0;
  let failed: { error: unknown } | undefined;
  const loop = async (): Promise<void> => {
    if (next >= init.items.length) return;
    const resource = await init.open();
    try {
      while (next < init.items.length) {
        signal.throwIfAborted();
        const index = next++;
        await init.work(init.items[index] as Item, resource, index, signal);
      }
    } finally {
      await init.close(resource);
    }
  };
  const guarded = async (): Promise<void> => {
    try {
      await loop();
    } catch (error) {
      failed ??= { error };
      stop.abort(failed.error);
    }
  };
  await Promise.all(Array.from({ length: Math.min(init.workers, init.items.length) }, guarded));
  if (failed !== undefined) throw failed.error;
}
