import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** The token that the scripted API takes; no account has it. */
export const SCRIPTED_TOKEN = "sbp_0123456789abcdef0123456789abcdef01234567";

export interface ScriptedRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** What stood where the route has a name in braces. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
  /** The body as JSON; `undefined` when there was none. */
  readonly json: unknown;
}

interface Headed {
  /** @default 200 */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

export type ScriptedAnswer =
  | (Headed & { readonly json: unknown })
  | (Headed & { readonly body: string | Uint8Array; readonly contentType?: string })
  /** A status without a body. */
  | (Headed & { readonly empty: true })
  /** The request is read, never answered. */
  | "hang"
  /** The request is read, then the connection is reset: an answer that was lost. */
  | "reset"
  /** 200 and JSON without end, as fast as it is read. */
  | "flood"
  /** 200 and one byte now and then, without end. */
  | "drip";

export type Answering =
  | ScriptedAnswer
  | ((request: ScriptedRequest) => ScriptedAnswer | Promise<ScriptedAnswer>);

export interface ScriptedApi {
  readonly endpoint: string;
  readonly token: string;
  /** Every request so far, in order, answered or not. */
  readonly requests: readonly ScriptedRequest[];
  /**
   * From now on this is how a route answers; what it answered before is forgotten. Answers are given in order, the last
   * one for ever. A route is `/v1/projects/{ref}`: a name in braces stands for one segment.
   */
  on(method: string, route: string, ...answers: readonly [Answering, ...Answering[]]): void;
  close(): Promise<void>;
}

/** @see https://supabase.com/docs/reference/api for the limits that the headers speak of */
const HEADERS = { "x-ratelimit-limit": "120", "x-ratelimit-remaining": "119", "x-ratelimit-reset": "60" };

/** The rate limit's refusal. */
export const THROTTLED: ScriptedAnswer = {
  status: 429,
  json: { message: "ThrottlerException: Too Many Requests" },
  headers: { "retry-after": "60", "x-ratelimit-remaining": "0" },
};

/** The refusal of add-ons that are still being changed. */
export const stillProcessing = (minutes: number): ScriptedAnswer => ({
  status: 429,
  json: { message: `We are still processing addon changes, please try again in ${minutes} minute(s)` },
});

/** What a proxy in front of the API shows to those who ask too often. */
export const htmlPage = (status: number): ScriptedAnswer => ({
  status,
  body: "<!DOCTYPE html><html><head><title>Just a moment...</title></head><body></body></html>",
  contentType: "text/html; charset=UTF-8",
});

interface Route {
  readonly method: string;
  readonly pattern: RegExp;
  readonly template: string;
  readonly answers: readonly Answering[];
  given: number;
}

/**
 * A Management API that says what a test tells it to, over real HTTP on loopback: 401 without its token, 404 for a
 * route that it was not told about.
 */
export async function startScriptedApi(): Promise<ScriptedApi> {
  const requests: ScriptedRequest[] = [];
  const routes = new Map<string, Route>();
  const server = createServer({ keepAliveTimeout: 1_000 }, (incoming, outgoing) => {
    respond(incoming, outgoing, requests, routes).catch(() => incoming.socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // A test that fails before it closes the server must not keep the run alive.
  server.unref();
  server.on("connection", (socket) => socket.unref());
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    token: SCRIPTED_TOKEN,
    requests,
    on(method, template, ...answers) {
      const pattern = new RegExp(`^${template.replace(/\{(\w+)\}/g, "(?<$1>[^/]+)")}$`);
      routes.set(`${method} ${template}`, { method, pattern, template, answers, given: 0 });
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function respond(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  requests: ScriptedRequest[],
  routes: ReadonlyMap<string, Route>,
): Promise<void> {
  const method = incoming.method ?? "";
  const { pathname, searchParams } = new URL(incoming.url ?? "/", "http://scripted");
  const body = await text(incoming);
  const found = findRoute(routes, method, pathname);
  const request: ScriptedRequest = {
    method,
    path: pathname,
    parameters: found?.parameters ?? {},
    query: searchParams,
    headers: incoming.headers,
    body,
    json: parsed(body, incoming.headers["content-type"]),
  };
  requests.push(request);
  if (incoming.headers.authorization !== `Bearer ${SCRIPTED_TOKEN}`) {
    give(outgoing, { status: 401, json: { message: "Unauthorized" } });
    return;
  }
  if (!found) {
    give(outgoing, { status: 404, json: { message: `Cannot ${method} ${pathname}` } });
    return;
  }
  const answering = found.route.answers[Math.min(found.route.given, found.route.answers.length - 1)];
  found.route.given += 1;
  const answer = typeof answering === "function" ? await answering(request) : answering;
  if (answer !== undefined) give(outgoing, answer);
}

function findRoute(routes: ReadonlyMap<string, Route>, method: string, pathname: string) {
  // A route without names in braces goes before one with them.
  const byNames = [...routes.values()].sort(
    (one, other) => one.template.split("{").length - other.template.split("{").length,
  );
  for (const route of byNames) {
    const match = route.method === method ? route.pattern.exec(pathname) : null;
    if (!match) continue;
    const named = Object.entries(match.groups ?? {}).map(([name, value]) => [
      name,
      decodeURIComponent(value),
    ]);
    return { route, parameters: Object.fromEntries(named) as Record<string, string> };
  }
  return undefined;
}

function parsed(body: string, contentType: string | undefined): unknown {
  if (body === "" || !contentType?.includes("json")) return undefined;
  return JSON.parse(body);
}

function give(outgoing: ServerResponse, answer: ScriptedAnswer): void {
  if (answer === "hang") return;
  if (answer === "reset") {
    outgoing.socket?.resetAndDestroy();
    return;
  }
  const json = { ...HEADERS, "content-type": "application/json; charset=utf-8" };
  if (answer === "flood" || answer === "drip") {
    outgoing.writeHead(200, json);
    if (answer === "flood") flood(outgoing);
    else drip(outgoing);
    return;
  }
  const status = answer.status ?? 200;
  if ("json" in answer) {
    outgoing.writeHead(status, { ...json, ...answer.headers });
    outgoing.end(JSON.stringify(answer.json));
  } else if ("body" in answer) {
    outgoing.writeHead(status, {
      ...HEADERS,
      "content-type": answer.contentType ?? "application/octet-stream",
      ...answer.headers,
    });
    outgoing.end(answer.body);
  } else {
    outgoing.writeHead(status, { ...HEADERS, "content-length": "0", ...answer.headers });
    outgoing.end();
  }
}

function flood(outgoing: ServerResponse): void {
  const piece = Buffer.alloc(1 << 20, " ");
  const more = () => {
    while (!outgoing.destroyed && outgoing.write(piece));
  };
  outgoing.on("drain", more);
  more();
}

function drip(outgoing: ServerResponse): void {
  const timer = setInterval(() => outgoing.write(" "), 20);
  timer.unref();
  outgoing.on("close", () => clearInterval(timer));
}
