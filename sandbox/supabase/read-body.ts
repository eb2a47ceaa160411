import type { IncomingMessage } from "node:http";
import { Refusal } from "./answer.ts";

const LIMIT_BYTES = 32 * 1024 * 1024;

/** The whole body of a request. @throws Refusal 413 above 32 MiB */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of request) {
    bytes += piece.length;
    if (bytes > LIMIT_BYTES) throw new Refusal(413, "request entity too large");
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}
