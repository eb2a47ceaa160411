import type { ApiCall } from "./api-call.ts";

export interface BuiltRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | FormData | undefined;
}

export interface RequestSettings {
  /** Checked, without a slash at the end. */
  readonly endpoint: string;
  readonly token: string;
  readonly userAgent: string;
}

/**
 * Makes the HTTP request of a call.
 * @throws TypeError for a path parameter that is missing, empty, or would lead to another path: a fault of the caller
 */
export function buildRequest(call: ApiCall<unknown>, settings: RequestSettings): BuiltRequest {
  const path = call.path.replace(/\{(\w+)\}/g, (_, name: string) => segment(call, name));
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(call.query ?? {})) {
    const values = typeof value === "object" ? value : value === undefined ? [] : [value];
    for (const one of values) query.append(name, String(one));
  }
  const search = query.size > 0 ? `?${query}` : "";
  const isForm = call.body instanceof FormData;
  return {
    url: `${settings.endpoint}${path}${search}`,
    headers: {
      ...call.headers,
      accept: call.answer === "bytes" ? "*/*" : "application/json",
      authorization: `Bearer ${settings.token}`,
      "user-agent": settings.userAgent,
      ...(call.body !== undefined && !isForm && { "content-type": "application/json" }),
    },
    body: call.body instanceof FormData ? call.body : JSON.stringify(call.body),
  };
}

function segment(call: ApiCall<unknown>, name: string): string {
  const value = call.parameters?.[name];
  if (value === undefined || value === "" || value === "." || value === "..") {
    throw new TypeError(
      `${call.method} ${call.path}: the path parameter ${name} is ${JSON.stringify(value)}`,
    );
  }
  return encodeURIComponent(value);
}
