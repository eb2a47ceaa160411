import type { ManifestChunk } from "../../vault/manifest.ts";

/**
 * The order in which data chunks are loaded: always one of the table with the most bytes left, but not twice in a
 * row of the same one while there is another. Sessions that load into one table wait for each other whenever it
 * grows; into different tables they do not.
 */
export function interleaveChunks(chunks: readonly ManifestChunk[]): ManifestChunk[] {
  const queues = new Map<number | undefined, { left: number; readonly chunks: ManifestChunk[] }>();
  for (const chunk of chunks) {
    const queue = queues.get(chunk.table) ?? { left: 0, chunks: [] };
    queue.left += chunk.plainBytes;
    queue.chunks.push(chunk);
    queues.set(chunk.table, queue);
  }
  const waiting = [...queues.values()].sort((one, other) => other.left - one.left);
  const order: ManifestChunk[] = [];
  while (waiting.length > 0) {
    const queue = waiting.shift();
    const chunk = queue?.chunks.shift();
    if (queue === undefined || chunk === undefined) continue;
    order.push(chunk);
    queue.left -= chunk.plainBytes;
    if (queue.chunks.length === 0) continue;
    // Behind the next table, and behind whatever has more left than this one.
    const behind = waiting.findIndex((other, index) => index > 0 && other.left <= queue.left);
    waiting.splice(behind < 0 ? waiting.length : behind, 0, queue);
  }
  return order;
}
