import type { StorageFault } from "./storage-fault.ts";

/** The pieces of a body with the fault in them. */
export async function* spoilBody(
  pieces: AsyncIterable<Buffer> | Iterable<Buffer>,
  fault: StorageFault,
): AsyncGenerator<Buffer, void, undefined> {
  let sent = 0;
  for await (const piece of pieces) {
    if (fault.kind === "truncate" && sent + piece.length >= fault.afterBytes) {
      yield piece.subarray(0, fault.afterBytes - sent);
      throw new Error("the answer ends here");
    }
    if (fault.kind === "wrong-bytes" && sent === 0 && piece.length > 0) {
      const changed = Buffer.from(piece);
      changed[0] = (changed[0] ?? 0) ^ 1;
      yield changed;
    } else yield piece;
    sent += piece.length;
  }
}
