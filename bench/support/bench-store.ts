import { execFile, spawn } from "node:child_process";
import { existsSync, mkdirSync, openSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { freePort } from "../../sandbox/servers/free-port.ts";
import { cacheDirectory } from "../../sandbox/tools/cache-directory.ts";

export interface BenchStore {
  readonly name: string;
  readonly endpoint: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  stop(): Promise<void>;
}

const VERSION = "v1.8.0";
const CREDENTIALS = { accessKeyId: "bench", secretAccessKey: "bench-secret-key" };

/**
 * A store that streams parts to disk: versitygw, built by Go where Go is present. ministack joins parts in memory
 * and would measure itself.
 */
export async function startBenchStore(
  directory: string,
  { hasVersions = false }: { readonly hasVersions?: boolean } = {},
): Promise<BenchStore> {
  const binary = await buildVersitygw();
  const port = await freePort();
  const data = join(directory, "store");
  mkdirSync(data, { recursive: true });
  const log = openSync(join(directory, "store.log"), "a");
  const versions = join(directory, "store-versions");
  if (hasVersions) mkdirSync(versions, { recursive: true });
  const kept = hasVersions ? ["--versioning-dir", versions] : [];
  // Stores in use keep connections open; this one has to be told.
  const child = spawn(
    binary,
    ["--keep-alive", "--quiet", "--port", `127.0.0.1:${port}`, "posix", ...kept, data],
    {
      stdio: ["ignore", log, log],
      env: {
        PATH: process.env.PATH ?? "",
        ROOT_ACCESS_KEY: CREDENTIALS.accessKeyId,
        ROOT_SECRET_KEY: CREDENTIALS.secretAccessKey,
      },
    },
  );
  const endpoint = `http://127.0.0.1:${port}`;
  await ready(endpoint);
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  return {
    name: `versitygw ${VERSION}`,
    endpoint,
    ...CREDENTIALS,
    async stop() {
      child.kill("SIGTERM");
      await ended;
    },
  };
}

async function buildVersitygw(): Promise<string> {
  const folder = join(cacheDirectory(), `versitygw-${VERSION}`);
  const binary = join(folder, "versitygw");
  if (existsSync(binary)) return binary;
  try {
    await promisify(execFile)("go", ["install", `github.com/versity/versitygw/cmd/versitygw@${VERSION}`], {
      env: { ...process.env, GOBIN: folder },
      maxBuffer: 1 << 26,
    });
  } catch (cause) {
    throw new Error("the bench's store is built with Go: install Go 1.24 or newer and run again", { cause });
  }
  return binary;
}

async function ready(endpoint: string): Promise<void> {
  const TRIES = 100;
  for (let attempt = 0; attempt < TRIES; attempt++) {
    try {
      await fetch(endpoint);
      return;
    } catch {
      await sleep(100);
    }
  }
  throw new Error(`the store at ${endpoint} does not answer`);
}
