/** Work on tables, as PostgreSQL's locks see it: `exclusive` shuts all others out, `shared` only the exclusive. */
export interface LockingItem {
  readonly exclusive: readonly string[];
  readonly shared: readonly string[];
  /** Its locks are not known: nothing else runs beside it. @default false */
  readonly alone?: boolean;
}

/**
 * Works through `items` with at most `workers` at once, such that no two that would wait for each other's table
 * locks run together: no worker idles in a lock queue, and none can deadlock. Earlier items go first where they
 * can.
 *
 * @throws the first error met, after the running items have ended
 */
export async function runCompatible<Item extends LockingItem, Resource>(init: {
  readonly items: readonly Item[];
  readonly workers: number;
  readonly open: () => Promise<Resource>;
  readonly close: (resource: Resource) => Promise<void>;
  readonly work: (item: Item, resource: Resource) => Promise<void>;
  readonly signal?: AbortSignal | undefined;
}): Promise<void> {
  const waiting = [...init.items];
  const running = new Map<Item, Promise<void>>();
  const idle: Resource[] = [];
  const opened: Resource[] = [];
  let failed: { error: unknown } | undefined;
  const start = async (item: Item): Promise<void> => {
    try {
      let resource = idle.pop();
      if (resource === undefined) {
        resource = await init.open();
        opened.push(resource);
      }
      await init.work(item, resource);
      idle.push(resource);
    } catch (error) {
      failed ??= { error };
    } finally {
      running.delete(item);
    }
  };
  try {
    while (failed === undefined && waiting.length + running.size > 0) {
      init.signal?.throwIfAborted();
      const next = running.size < init.workers ? takeCompatible(waiting, [...running.keys()]) : undefined;
      if (next !== undefined) running.set(next, start(next));
      else await Promise.race(running.values());
    }
  } finally {
    await Promise.all(running.values());
    await Promise.all(opened.map((resource) => init.close(resource)));
  }
  if (failed !== undefined) throw (failed as { error: unknown }).error;
}

/** Removes and returns the first item that can run beside the running ones; with none running, the first. */
function takeCompatible<Item extends LockingItem>(
  waiting: Item[],
  running: readonly Item[],
): Item | undefined {
  const index = waiting.findIndex((item) => running.every((other) => !conflict(item, other)));
  return index < 0 ? undefined : waiting.splice(index, 1)[0];
}

function conflict(one: LockingItem, other: LockingItem): boolean {
  if (one.alone === true || other.alone === true) return true;
  const touched = (item: LockingItem) => new Set([...item.exclusive, ...item.shared]);
  const ofOne = touched(one);
  const ofOther = touched(other);
  return (
    one.exclusive.some((table) => ofOther.has(table)) || other.exclusive.some((table) => ofOne.has(table))
  );
}
