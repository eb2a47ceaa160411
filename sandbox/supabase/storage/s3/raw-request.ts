import type { IncomingHttpHeaders } from "node:http";

/** A request as it came, before anything is decoded. */
export interface RawRequest {
  readonly method: string;
  /** Percent-encoded, from the first slash on. */
  readonly path: string;
  /** Decoded names and values in the order of the request. */
  readonly query: readonly (readonly [string, string])[];
  readonly headers: IncomingHttpHeaders;
}
