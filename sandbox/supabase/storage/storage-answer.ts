import type { ServerResponse } from "node:http";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { spoilBody } from "./spoil-body.ts";
import type { StorageFault } from "./storage-fault.ts";

export interface StorageAnswer {
  readonly status: number;
  /** Empty values are not sent. */
  readonly headers?: Readonly<Record<string, string | number | undefined>>;
  /** Its length is known unless it is a stream, whose length stands in the headers. */
  readonly body?: string | Buffer | Readable;
}

/** @param fault what goes wrong with the answer on its way */
export async function sendAnswer(
  response: ServerResponse,
  { status, headers = {}, body }: StorageAnswer,
  fault?: StorageFault,
): Promise<void> {
  if (fault?.kind === "lost-answer") {
    response.destroy();
    return;
  }
  for (const [name, value] of Object.entries(headers))
    if (value !== undefined && value !== "") response.setHeader(name, value);
  const isStream = typeof body === "object" && !Buffer.isBuffer(body);
  if (!isStream && body !== undefined) response.setHeader("content-length", Buffer.byteLength(body));
  response.writeHead(status);
  if (fault && body !== undefined) {
    const pieces = isStream ? body : [Buffer.from(body)];
    await pipeline(spoilBody(pieces, fault), response).catch(() => response.destroy());
  } else if (isStream) await pipeline(body, response);
  else response.end(body);
}
