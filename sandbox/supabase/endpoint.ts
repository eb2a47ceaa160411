import type { IncomingHttpHeaders } from "node:http";
import { z } from "zod";
import { type Answer, Refusal } from "./answer.ts";
import type { Platform } from "./platform.ts";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** A request whose path was found, read to its end. */
export interface RawRequest {
  readonly parameters: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** One endpoint of the simulated API. */
export interface Endpoint {
  readonly method: Method;
  /** With parameters in braces, e.g. `/v1/projects/{ref}`; limits and faults are counted and matched by it. */
  readonly path: string;
  /** Requests in so many seconds, for endpoints whose limit is not the common one per minute. */
  readonly limitWindowSeconds?: number;
  /** Whom the limit counts on, when it is not the project or organization of the path. */
  readonly limitSubject?: (request: RawRequest) => string | undefined;
  readonly handle: (platform: Platform, request: RawRequest) => Promise<Answer>;
}

/** What a definition's handler gets: everything checked. */
export interface CheckedRequest<Body, Query> extends RawRequest {
  readonly ref: string;
  readonly json: Body;
  readonly options: Query;
}

export interface EndpointDefinition<Body, Query> extends Omit<Endpoint, "handle"> {
  readonly body?: z.ZodType<Body>;
  readonly options?: z.ZodType<Query>;
  readonly handle: (platform: Platform, request: CheckedRequest<Body, Query>) => Answer | Promise<Answer>;
}

/** Message as the platform words it: path and zod's text of each issue. */
function check<T>(shape: z.ZodType<T>, value: unknown): T {
  const result = shape.safeParse(value);
  if (result.success) return result.data;
  const issues = result.error.issues.map(({ path, message }) =>
    path.length === 0 ? message : `${path.join(".")}: ${message}`,
  );
  throw new Refusal(400, issues.join(", "));
}

function parseJson(body: Buffer): unknown {
  if (body.length === 0) return undefined;
  try {
    return JSON.parse(body.toString("utf8"));
  } catch (error) {
    throw new Refusal(400, error instanceof Error ? error.message : "Invalid JSON");
  }
}

function queryOf(query: URLSearchParams): Record<string, string | string[]> {
  const entries = [...new Set(query.keys())].map((key): [string, string | string[]] => {
    const values = query.getAll(key);
    return [key, values.length === 1 ? (values[0] ?? "") : values];
  });
  return Object.fromEntries(entries);
}

/** Length and letters are documented; the text of the refusal is UNVERIFIED. */
const refShape = z.string().regex(/^[a-z]{20}$/, "Invalid project ref");
const parametersShape = z.looseObject({ ref: refShape.optional() });

/**
 * Makes an endpoint that checks its input before its handler looks anything up: the platform refuses a wrong body
 * before it looks at the plan, the gate or the project.
 */
export function endpoint<Body, Query>(definition: EndpointDefinition<Body, Query>): Endpoint {
  const { body, options, handle, ...rest } = definition;
  return {
    ...rest,
    handle: async (platform, request) => {
      check(parametersShape, request.parameters);
      const checked = {
        ...request,
        ref: request.parameters.ref ?? "",
        // Without a shape nothing reads the value.
        json: body ? check(body, parseJson(request.body)) : (undefined as Body),
        options: options ? check(options, queryOf(request.query)) : (undefined as Query),
      };
      return await handle(platform, checked);
    },
  };
}
