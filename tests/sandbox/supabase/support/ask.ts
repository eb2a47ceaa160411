import type { Simulator } from "../../../../sandbox/supabase/simulator.ts";

export interface Asked {
  readonly status: number;
  /** Parsed when it is JSON, else the text. */
  readonly body: unknown;
  readonly headers: Headers;
}

/** One request as any client would send it. */
export async function ask(
  { endpoint, token }: Pick<Simulator, "endpoint" | "token">,
  method: string,
  path: string,
  json?: unknown,
  headers: Record<string, string> = {},
): Promise<Asked> {
  const raw = json instanceof FormData;
  const response = await fetch(`${endpoint}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(json === undefined || raw ? {} : { "content-type": "application/json" }),
      ...headers,
    },
    ...(json === undefined ? {} : { body: raw ? json : JSON.stringify(json) }),
  });
  const text = await response.text();
  let body: unknown = text;
  try {
    body = JSON.parse(text);
  } catch {
    // Text is what there is.
  }
  return { status: response.status, body, headers: response.headers };
}

/** The message of an answer's body. */
export const messageOf = ({ body }: Asked): string =>
  typeof body === "object" && body !== null && "message" in body ? String(body.message) : "";
