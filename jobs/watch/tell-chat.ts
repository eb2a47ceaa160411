import { redact } from "../../plan/redact.ts";

/** What the chat made of a message. */
export interface ChatAnswer {
  readonly accepted: boolean;
  /** The status, or why there was none; never the URL, which is a secret. */
  readonly answer: string;
}

/** This machine itself, as in a test of the path. */
const LOCAL = /^http:\/\/(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?\//;

/**
 * Posts a message to a chat's incoming webhook as `{"text": …}`, which Slack, Mattermost, Rocket.Chat and, at its
 * address ending in `/slack`, Discord take. It never throws, but for an interruption.
 *
 * @param options.timeoutSeconds until the answer @default 10
 * @see https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
 */
export async function tellChat(
  url: string,
  text: string,
  {
    timeoutSeconds = 10,
    signal,
  }: { readonly timeoutSeconds?: number; readonly signal?: AbortSignal | undefined } = {},
): Promise<ChatAnswer> {
  if (!URL.canParse(url) || !(url.startsWith("https://") || LOCAL.test(url)))
    return { accepted: false, answer: "its URL is none, or not https" };
  const timeout = AbortSignal.timeout(timeoutSeconds * 1000);
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ text: redact(text) }),
      // Where it would lead, nobody declared.
      redirect: "manual",
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
    await response.body?.cancel();
    return { accepted: response.ok, answer: `HTTP ${response.status}` };
  } catch (error) {
    signal?.throwIfAborted();
    if (timeout.aborted) return { accepted: false, answer: `no answer within ${timeoutSeconds} s` };
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : undefined;
    const code = cause && "code" in cause ? String(cause.code) : "no connection";
    return { accepted: false, answer: code };
  }
}
