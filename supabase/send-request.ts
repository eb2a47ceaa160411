import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import type { BuiltRequest } from "./build-request.ts";
import { exchange, type SentRequest } from "./exchange.ts";
import { type NetworkFault, networkFault } from "./network-fault.ts";
import { readBody } from "./read-body.ts";

/** What came of sending a request once. */
export type Outcome = Answer | NoAnswer;

export interface Answer {
  readonly kind: "answer";
  readonly status: number;
  readonly headers: AnswerHeaders;
  /** `undefined`: it was larger than we read. */
  readonly body: Buffer | undefined;
}

/** Of an answer, by their names in lower case. */
export type AnswerHeaders = Pick<Headers, "get">;

export interface NoAnswer extends NetworkFault {
  readonly kind: "no-answer";
}

export interface SendOptions {
  readonly method: string;
  /** For the whole exchange, to the last byte of the answer. */
  readonly timeoutSeconds: number;
  readonly maxReplyBytes: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Sends a request once and reads its answer.
 * @throws the reason of `signal` when it aborts
 */
export async function sendRequest(
  request: BuiltRequest,
  { method, timeoutSeconds, maxReplyBytes, signal }: SendOptions,
): Promise<Outcome> {
  const { response, abort } = exchange(await onTheWire(request), method);
  let isLate = false;
  const timer = setTimeout(
    () => {
      isLate = true;
      abort();
    },
    Math.ceil(timeoutSeconds * 1_000),
  );
  // `AbortSignal.any` is let go of only when the collector comes: of thousands of requests that takes time and memory.
  if (signal?.aborted) abort();
  else signal?.addEventListener("abort", abort, { once: true });
  try {
    const answer = await response;
    return {
      kind: "answer",
      status: answer.statusCode ?? 0,
      headers: headersOf(answer.headers),
      body: await readBody(answer, maxReplyBytes),
    };
  } catch (error) {
    signal?.throwIfAborted();
    if (isLate) {
      return { kind: "no-answer", what: `no answer within ${timeoutSeconds} s`, sent: true, lasting: false };
    }
    return { kind: "no-answer", ...networkFault(error) };
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
  }
}

async function onTheWire({ body, ...request }: BuiltRequest): Promise<SentRequest> {
  if (!(body instanceof FormData)) return { ...request, body };
  const form = new Response(body);
  const headers = { ...request.headers, "content-type": form.headers.get("content-type") ?? "" };
  return { ...request, headers, body: new Uint8Array(await form.arrayBuffer()) };
}

function headersOf(headers: IncomingMessage["headers"]): AnswerHeaders {
  return {
    get(name) {
      const value = headers[name as keyof IncomingHttpHeaders];
      return value === undefined ? null : String(value);
    },
  };
}
