import type { z } from "zod";

/** One endpoint of the Management API as the product uses it: how to ask, and what must come back. */
export interface ApiCall<Reply> {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** The path with its parameters in braces, e.g. `/v1/projects/{ref}/billing/addons`; limits and errors name it. */
  readonly path: `/${string}`;
  /** Values of the path's parameters; encoded by the client. */
  readonly parameters?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;
  /** Sent as JSON; a `FormData` is sent as it is. */
  readonly body?: unknown;
  /** Sent besides the client's own, which win, e.g. `Idempotency-Key`. Never a secret. */
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * The status that means success. Any other of the 2xx is an error: the vendor documents one status for each endpoint,
   * and a restore that is answered otherwise has not been accepted for certain.
   */
  readonly status: 200 | 201;
  /**
   * Only the fields that we use, permissive otherwise: unknown fields and unknown members of an enum must not break
   * us. `undefined`: nothing is read, whatever the body holds.
   */
  readonly reply: z.ZodType<Reply> | undefined;
  /** What the body of the answer is: `bytes` gives `reply` a `Uint8Array` as it came. @default "json" */
  readonly answer?: "json" | "bytes";
  /** A write that has the same effect when it is sent twice: it may be sent again after a lost answer. @default false */
  readonly repeatable?: boolean;
}
