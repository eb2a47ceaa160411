import type { IncomingMessage } from "node:http";

/**
 * Reads the body of an answer, in bounded memory whatever its headers promise.
 * @returns `undefined` when it is larger than `maxBytes`; the rest is not read
 */
export function readBody(response: IncomingMessage, maxBytes: number): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = [];
    let bytes = 0;
    response.on("data", (piece: Buffer) => {
      bytes += piece.byteLength;
      if (bytes <= maxBytes) {
        pieces.push(piece);
        return;
      }
      resolve(undefined);
      response.destroy();
    });
    response.once("end", () => resolve(Buffer.concat(pieces)));
    response.on("error", reject);
    // A response that nobody listened to when it broke tells no error.
    const broken = () => reject(Object.assign(new Error("broken"), { code: "ECONNRESET" }));
    response.once("close", broken);
    if (response.destroyed) broken();
  });
}
