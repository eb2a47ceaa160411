/** What an endpoint answers; a body that is neither text nor bytes is sent as JSON. */
export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The platform's "no": thrown by an endpoint, sent as `{"message": …}` unless a whole body is given. */
export class Refusal extends Error {
  readonly answer: Answer;

  constructor(status: number, message: string, more: Pick<Answer, "headers" | "body"> = {}) {
    super(message);
    this.name = "Refusal";
    this.answer = {
      status,
      body: more.body ?? { message },
      ...(more.headers ? { headers: more.headers } : {}),
    };
  }
}
