import type { BuiltRequest } from "./build-request.ts";
import { type NetworkFault, networkFault } from "./network-fault.ts";
import { readBody } from "./read-body.ts";

/** What came of sending a request once. */
export type Outcome = Answer | NoAnswer;

export interface Answer {
  readonly kind: "answer";
  readonly status: number;
  readonly headers: Headers;
  /** `undefined`: it was larger than we read. */
  readonly body: Buffer | undefined;
}

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
  { url, headers, body }: BuiltRequest,
  { method, timeoutSeconds, maxReplyBytes, signal }: SendOptions,
): Promise<Outcome> {
  const timeout = AbortSignal.timeout(Math.ceil(timeoutSeconds * 1_000));
  try {
    const response = await fetch(url, {
      method,
      headers: { ...headers },
      body: body ?? null,
      // The token goes to the address that it was given for, and nowhere else.
      redirect: "manual",
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
    return {
      kind: "answer",
      status: response.status,
      headers: response.headers,
      body: await readBody(response, maxReplyBytes),
    };
  } catch (error) {
    signal?.throwIfAborted();
    if (timeout.aborted) {
      return { kind: "no-answer", what: `no answer within ${timeoutSeconds} s`, sent: true, lasting: false };
    }
    return { kind: "no-answer", ...networkFault(error) };
  }
}
