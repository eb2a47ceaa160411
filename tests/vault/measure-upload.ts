/**
 * Throughput, CPU time and memory of encrypting and uploading, against versitygw on a temporary folder:
 *   node tests/vault/measure-upload.ts [mebibytes] [uploads at once] [versitygw binary]
 */
import { type ChildProcess, spawn } from "node:child_process";
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { CreateBucketCommand } from "@aws-sdk/client-s3";
import { freePort } from "../../sandbox/servers/free-port.ts";
import { decryptStream } from "../../vault/decrypt-stream.ts";
import { dispose } from "../../vault/disposable.ts";
import { downloadObject } from "../../vault/download-object.ts";
import { encryptStream } from "../../vault/encrypt-stream.ts";
import { openVault } from "../../vault/open-vault.ts";
import { uploadObject } from "../../vault/upload-object.ts";
import type { Vault } from "../../vault/vault.ts";
import { peakKibibytes } from "../support/peak-kibibytes.ts";

const MEBIBYTE = 1024 * 1024;
const PIECE_BYTES = 256 * 1024;

const mebibytes = Number(process.argv[2] ?? 512);
const atOnce = Number(process.argv[3] ?? 2);
const binary = process.argv[4] ?? process.env.HOLDFAST_VERSITYGW ?? "versitygw";

const piece = randomBytes(PIECE_BYTES);

async function* source(bytes: number): AsyncGenerator<Uint8Array> {
  for (let sent = 0; sent < bytes; sent += PIECE_BYTES) yield piece;
}

async function startStore(directory: string): Promise<{ endpoint: string; child: ChildProcess }> {
  const port = await freePort();
  const child = spawn(
    binary,
    ["--access", "test", "--secret", "testtest", "--port", `127.0.0.1:${port}`, "posix", directory],
    { stdio: "ignore" },
  );
  for (let attempt = 0; attempt < 100; attempt++) {
    if (child.exitCode !== null) throw new Error("versitygw ended");
    const isUp = await new Promise<boolean>((resolve) => {
      const socket = connect(port, "127.0.0.1");
      socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
      socket.unref().setTimeout(500, () => socket.destroy());
    });
    if (isUp) return { endpoint: `http://127.0.0.1:${port}`, child };
    await sleep(50);
  }
  throw new Error("versitygw did not start");
}

interface Measured {
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
}

async function timed(work: () => Promise<unknown>): Promise<Measured> {
  const wall = performance.now();
  const cpu = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(cpu);
  return { wallSeconds: (performance.now() - wall) / 1000, cpuSeconds: (user + system) / 1e6 };
}

function report(name: string, { wallSeconds, cpuSeconds }: Measured): void {
  const rate = Math.round(mebibytes / wallSeconds);
  const cpuPer512 = ((cpuSeconds * 512) / mebibytes).toFixed(2);
  const peak = Math.round(peakKibibytes() / 1024);
  console.log(
    `${name.padEnd(22)} ${wallSeconds.toFixed(2)} s  ${rate} MiB/s  ${cpuPer512} CPU-s per 512 MiB  peak RSS ${peak} MiB`,
  );
}

async function run(vault: Vault): Promise<void> {
  const bytes = (mebibytes * MEBIBYTE) / atOnce;
  const each = (work: (number: number) => Promise<unknown>) => () =>
    Promise.all(Array.from({ length: atOnce }, (_, number) => work(number)));
  const context = (number: number) => ({ project: "measure", point: "p", chunk: String(number) });
  const encrypted = (number: number) =>
    Readable.from(source(bytes)).pipe(encryptStream(vault, context(number)));
  const drain = async (stream: AsyncIterable<Uint8Array>) => {
    for await (const bytes of stream) dispose(bytes);
  };
  report("encrypt", await timed(each((number) => drain(encrypted(number)))));
  const upload = (name: string, body: (number: number) => AsyncIterable<Uint8Array>) =>
    each((number) =>
      uploadObject(vault, { key: `${name}/${number}`, body: body(number), expectedBytes: bytes }),
    );
  report("upload", await timed(upload("plain", () => source(bytes))));
  report("encrypt + upload", await timed(upload("sealed", encrypted)));
  report("download", await timed(each((number) => drain(downloadObject(vault, `sealed/${number}`)))));
  const opened = (number: number) =>
    downloadObject(vault, `sealed/${number}`).pipe(decryptStream(vault, context(number)));
  report("download + decrypt", await timed(each((number) => drain(opened(number)))));
}

const directory = mkdtempSync(join(tmpdir(), "holdfast-measure-"));
const { endpoint, child } = await startStore(directory);
try {
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "testtest" });
  const pair = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  const settings = {
    environment: "measure",
    bucket: "measure",
    region: "us-east-1",
    endpoint,
    lock: { mode: "none" as const },
    keys: { escrowPublicKey: pair.publicKey },
  };
  const clock = () => new Date();
  const writer = await openVault(settings, { clock });
  const reader = await openVault(settings, { clock, escrowPrivateKeyPem: pair.privateKey });
  await writer.s3.send(new CreateBucketCommand({ Bucket: "measure" }));
  await run({ ...writer, decryptKeyring: reader.decryptKeyring });
  writer.close();
  reader.close();
} finally {
  child.kill();
  rmSync(directory, { recursive: true, force: true });
}
