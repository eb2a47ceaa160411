/** What an endpoint answers when all is well. */
export interface RecordedAnswer {
  readonly status: 200 | 201;
  /** Absent: an answer without a body, or whose body nobody reads. */
  readonly body?: unknown;
}
