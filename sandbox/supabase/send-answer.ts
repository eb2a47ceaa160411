import type { ServerResponse } from "node:http";
import type { Answer } from "./answer.ts";

/** Writes an answer; an absent body is an empty one. */
export function sendAnswer(
  response: ServerResponse,
  { status, body, headers = {} }: Answer,
  more: Readonly<Record<string, string>>,
): void {
  const raw = body === undefined || typeof body === "string" || body instanceof Uint8Array;
  const bytes = raw ? (body ?? "") : JSON.stringify(body);
  response.writeHead(status, {
    "content-type": "application/json; charset=utf-8",
    ...more,
    ...headers,
    "content-length": Buffer.byteLength(bytes),
  });
  response.end(bytes);
}
