import type { ApiCall } from "./api-call.ts";

export interface RequestOptions {
  readonly signal?: AbortSignal;
  /** Ends retries and waiting for a limit, whatever is left to try. @default 300 */
  readonly deadlineSeconds?: number;
}

/** The door to Supabase's Management API; made by `openManagementApi`. */
export interface ManagementApi {
  /** The address that is spoken to, for messages. */
  readonly endpoint: string;
  /** @throws ApiError, typed by what the caller can do about it; see there */
  request<Reply>(call: ApiCall<Reply>, options?: RequestOptions): Promise<Reply>;
}
