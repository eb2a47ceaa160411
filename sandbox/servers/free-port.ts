import { createServer } from "node:net";

/**
 * A loopback port that no one listens on at the moment of the call. Another process may take it before its
 * user binds it, so callers that start a server retry with a fresh port.
 */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}
