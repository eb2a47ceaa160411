import { randomInt } from "node:crypto";
import { createServer } from "node:net";

/** Below what systems hand out for outgoing connections and for port 0, so that a stopped server finds its port free. */
const FIRST = 20_000;
const LAST = 29_999;

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(true)));
  });
}

/** A loopback port that is free now and that no one is given by chance while its server is down. */
export async function stablePort(): Promise<number> {
  for (;;) {
    const port = randomInt(FIRST, LAST + 1);
    if (await isFree(port)) return port;
  }
}
