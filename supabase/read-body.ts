/**
 * Reads the body of an answer, in bounded memory whatever its headers promise.
 * @returns `undefined` when it is larger than `maxBytes`; the rest is not read
 */
export async function readBody(response: Response, maxBytes: number): Promise<Buffer | undefined> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  // Leaving the loop cancels the stream, and with it the connection.
  for await (const piece of response.body ?? []) {
    bytes += piece.byteLength;
    if (bytes > maxBytes) return undefined;
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}
