import { HoldfastError, type HoldfastErrorInit } from "../plan/holdfast-error.ts";

/**
 * What can go wrong between us and the Management API, by what the caller can do about it.
 *
 * - `SUPABASE_TOKEN_REFUSED` 401: the access token is wrong, expired or revoked
 * - `SUPABASE_FORBIDDEN` 403: the token's user may not do this
 * - `SUPABASE_PLAN_REQUIRED` 402: the organization's plan does not include this
 * - `SUPABASE_NOT_FOUND` 404
 * - `SUPABASE_REFUSED` 400 and other 4xx: the request is understood and refused; `vendorMessage` says why
 * - `SUPABASE_BUSY` 429 of the application: add-on or disk changes are still being processed, beyond the deadline
 * - `SUPABASE_RATE_LIMITED` 429 beyond the deadline
 * - `SUPABASE_UNAVAILABLE` no usable answer to a read: 5xx, HTML, network, time-out, after all tries
 * - `SUPABASE_OUTCOME_UNKNOWN` no usable answer to a write: it may have had its effect; read the state before another try
 * - `SUPABASE_REPLY_UNEXPECTED` the answer is not what is documented: endpoint and field are named
 */
export type ApiErrorCode =
  | "SUPABASE_TOKEN_REFUSED"
  | "SUPABASE_FORBIDDEN"
  | "SUPABASE_PLAN_REQUIRED"
  | "SUPABASE_NOT_FOUND"
  | "SUPABASE_REFUSED"
  | "SUPABASE_BUSY"
  | "SUPABASE_RATE_LIMITED"
  | "SUPABASE_UNAVAILABLE"
  | "SUPABASE_OUTCOME_UNKNOWN"
  | "SUPABASE_REPLY_UNEXPECTED";

export interface ApiErrorInit extends HoldfastErrorInit {
  readonly code: ApiErrorCode;
  /** `GET /v1/projects/{ref}` */
  readonly endpoint: string;
  /** HTTP status, when there was an answer. */
  readonly status?: number;
  /** What Supabase said, redacted. */
  readonly vendorMessage?: string;
  /** Seconds after which Supabase said that another try may succeed. */
  readonly retryAfterSeconds?: number;
}

/** An answer of the Management API, or the lack of one, that the caller cannot go on with. */
export class ApiError extends HoldfastError {
  declare readonly code: ApiErrorCode;
  readonly endpoint: string;
  readonly status: number | undefined;
  readonly vendorMessage: string | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(init: ApiErrorInit) {
    super(init);
    this.name = "ApiError";
    this.endpoint = init.endpoint;
    this.status = init.status;
    this.vendorMessage = init.vendorMessage;
    this.retryAfterSeconds = init.retryAfterSeconds;
  }
}
