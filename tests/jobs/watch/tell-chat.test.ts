import assert from "node:assert/strict";
import { diffAlerts } from "../../../jobs/watch/diff-alerts.ts";
import { tellChat } from "../../../jobs/watch/tell-chat.ts";
import type { WatchAlert } from "../../../jobs/watch/watch-alert.ts";
import { CHAT_SECRET, type ChatServer, startChatServer } from "../measure/support/chat-server.ts";

const alert = (id: string, severity: WatchAlert["severity"] = "warning"): WatchAlert => ({
  id,
  severity,
  says: id,
});
const words = (changes: ReturnType<typeof diffAlerts>) =>
  changes.map(({ kind, alert: { id } }) => `${kind} ${id}`);

describe("telling a chat", () => {
  let chat: ChatServer;
  before(async () => {
    chat = await startChatServer();
  });
  after(() => chat.close());

  it("posts a text, without the secrets that it may hold", async () => {
    const text = "postgres://postgres:S3cret@db.example.com/postgres is down";
    assert.deepEqual(await tellChat(chat.url, text), { accepted: true, answer: "HTTP 200" });
    assert.deepEqual(chat.messages, ["postgres://postgres:***@db.example.com/postgres is down"]);
  });

  it("follows no redirect, waits a bounded time, and never shows its address", async () => {
    const answers = [];
    chat.answer = 307;
    answers.push(await tellChat(chat.url, "text"));
    chat.answer = "hang";
    answers.push(await tellChat(chat.url, "text", { timeoutSeconds: 0.2 }));
    answers.push(await tellChat(`http://127.0.0.1:9/${CHAT_SECRET}`, "text"));
    for (const url of [`ftp://127.0.0.1/${CHAT_SECRET}`, `http://10.0.0.1/${CHAT_SECRET}`, CHAT_SECRET, ""])
      answers.push(await tellChat(url, "text"));
    assert.deepEqual(
      answers.map(({ accepted }) => accepted),
      answers.map(() => false),
    );
    assert.deepEqual(
      [answers[0]?.answer, answers[1]?.answer, answers[3]?.answer],
      ["HTTP 307", "no answer within 0.2 s", "its URL is none, or not https"],
    );
    assert.ok(!JSON.stringify(answers).includes("SECRET"));
  });

  it("ends with its caller's interruption", async () => {
    chat.answer = "hang";
    const stop = new AbortController();
    const telling = tellChat(chat.url, "text", { signal: stop.signal });
    stop.abort(new Error("stopped by the test"));
    await assert.rejects(telling, /stopped by the test/);
  });
});

describe("what is news", () => {
  it("is what begins or ends to stand, and what becomes worse, but no new figures", () => {
    const before = [alert("a"), alert("b"), alert("c", "critical")];
    const now = [{ ...alert("a"), says: "more" }, alert("b", "critical"), alert("d")];
    assert.deepEqual(words(diffAlerts(before, now, () => true)), ["raised b", "raised d", "mended c"]);
    assert.deepEqual(words(diffAlerts(before, now, (id) => id !== "c")), [
      "raised b",
      "raised d",
      "dropped c",
    ]);
    assert.deepEqual(
      diffAlerts(before, before, () => true),
      [],
    );
    assert.deepEqual(
      diffAlerts([alert("a", "critical")], [alert("a")], () => true),
      [],
    );
  });
});
