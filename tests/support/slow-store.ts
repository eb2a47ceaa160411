import { fork } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";

const PAUSE_EVERY_BYTES = 4 * 1024 * 1024;
const PAUSE_MILLISECONDS = 5;

export interface SlowStore {
  readonly endpoint: string;
  stop(): void;
}

/**
 * A store that takes every multipart upload, reads it slowly and keeps nothing. It runs in a process of its own, so
 * that the memory of whoever uploads can be measured alone.
 */
export async function startSlowStore(): Promise<SlowStore> {
  const child = fork(fileURLToPath(import.meta.url), ["serve"]);
  const port = await new Promise<number>((resolve, reject) => {
    child.once("message", (message) => resolve(Number(message)));
    child.once("exit", (code) => reject(new Error(`the slow store ended with ${code}`)));
  });
  return { endpoint: `http://127.0.0.1:${port}`, stop: () => child.kill() };
}

function serve(): void {
  const server = createServer((incoming, outgoing) => {
    const url = incoming.url ?? "";
    let bytes = 0;
    incoming.on("data", (piece: Buffer) => {
      bytes += piece.length;
      // Parts pile up before a store that reads slowly, where nothing holds them back.
      if (bytes % PAUSE_EVERY_BYTES < piece.length) {
        incoming.pause();
        setTimeout(() => incoming.resume(), PAUSE_MILLISECONDS);
      }
    });
    incoming.on("end", () => {
      outgoing.setHeader("etag", '"e"').setHeader("content-type", "application/xml");
      if (url.includes("?uploads"))
        outgoing.end("<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>");
      else if (incoming.method === "POST")
        outgoing.end("<CompleteMultipartUploadResult><ETag>e</ETag></CompleteMultipartUploadResult>");
      else outgoing.end();
    });
  });
  server.listen(0, "127.0.0.1", () => process.send?.((server.address() as AddressInfo).port));
  // Ends with the test run, however that ends.
  process.once("disconnect", () => process.exit());
}

if (process.argv[2] === "serve") serve();
