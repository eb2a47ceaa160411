/** A bounded number of places; whoever finds none free waits in line. */
export interface Slots {
  /** @returns gives the place back; to be called once */
  acquire(signal?: AbortSignal): Promise<() => void>;
}

/** @param count places, 1 or more */
export function createSlots(count: number): Slots {
  const line: (() => void)[] = [];
  let free = count;
  const release = () => {
    const next = line.shift();
    if (next) next();
    else free += 1;
  };
  return {
    async acquire(signal) {
      signal?.throwIfAborted();
      if (free > 0) {
        free -= 1;
        return release;
      }
      await new Promise<void>((resolve, reject) => {
        const onAbort = () => {
          line.splice(line.indexOf(enter), 1);
          reject(signal?.reason);
        };
        const enter = () => {
          signal?.removeEventListener("abort", onAbort);
          resolve();
        };
        signal?.addEventListener("abort", onAbort, { once: true });
        line.push(enter);
      });
      return release;
    },
  };
}
