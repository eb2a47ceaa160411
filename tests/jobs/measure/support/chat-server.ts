import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** A chat's incoming webhook on this machine. */
export interface ChatServer {
  /** With a secret in its path, as chats have it. */
  readonly url: string;
  /** What it was told, in order, also what it refused. */
  readonly messages: string[];
  /** How it answers from now on; `hang`: not at all. @default 200 */
  answer: number | "hang";
  close(): Promise<void>;
}

export const CHAT_SECRET = "T0SECRET/B0SECRET/x0Secret";

export async function startChatServer(): Promise<ChatServer> {
  const messages: string[] = [];
  const server = createServer(async (request, response) => {
    const { text: said } = JSON.parse(await text(request)) as { text: string };
    messages.push(said);
    if (chat.answer === "hang") return;
    response.writeHead(chat.answer, { location: "/elsewhere" }).end("ok");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // A test that fails before it closes the server must not keep the run alive.
  server.unref();
  server.on("connection", (socket) => socket.unref());
  const { port } = server.address() as AddressInfo;
  const chat: ChatServer = {
    url: `http://127.0.0.1:${port}/services/${CHAT_SECRET}`,
    messages,
    answer: 200,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  return chat;
}
