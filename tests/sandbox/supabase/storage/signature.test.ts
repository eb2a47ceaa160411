import assert from "node:assert/strict";
import { createHash, createHmac } from "node:crypto";
import { crc32 } from "node:zlib";
import { CreateBucketCommand, ListBucketsCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { refusalOf, startStorage, type TestStorage } from "./start-storage.ts";

const Bucket = "signed";
const NOTHING = createHash("sha256").digest("hex");
const REGION = "eu-west-2";
const sha256 = (bytes: string | Buffer) => createHash("sha256").update(bytes).digest("hex");
const hmac = (key: string | Buffer, text: string) => createHmac("sha256", key).update(text).digest();

/** What a client without an SDK sends, computed by the letter of the vendor's description. */
function sign(method: string, url: URL, signedAt: Date, headers: Record<string, string>) {
  const date = signedAt.toISOString().replace(/[-:]|\.\d+/g, "");
  const all: Record<string, string> = { host: url.host, "x-amz-date": date, ...headers };
  const names = Object.keys(all).sort();
  const canonical = [
    method,
    url.pathname,
    "",
    ...names.map((name) => `${name}:${all[name]}`),
    "",
    names.join(";"),
    all["x-amz-content-sha256"],
  ].join("\n");
  const scope = `${date.slice(0, 8)}/${REGION}/s3/aws4_request`;
  const key = hmac(hmac(hmac(hmac("AWS4storage-secret", date.slice(0, 8)), REGION), "s3"), "aws4_request");
  const signature = hmac(key, `AWS4-HMAC-SHA256\n${date}\n${scope}\n${sha256(canonical)}`).toString("hex");
  const authorization = `AWS4-HMAC-SHA256 Credential=storage-key/${scope},SignedHeaders=${names.join(";")},Signature=${signature}`;
  return { headers: { ...all, authorization }, seed: { key, date, scope, signature } };
}

type Seed = ReturnType<typeof sign>["seed"];

function signedChunks(seed: Seed, pieces: readonly string[], trailer?: string): string {
  let previous = seed.signature;
  const next = (algorithm: string, ...hashes: string[]) => {
    previous = hmac(seed.key, [algorithm, seed.date, seed.scope, previous, ...hashes].join("\n")).toString(
      "hex",
    );
    return previous;
  };
  const chunks = [...pieces, ""].map((piece) => {
    const signature = next("AWS4-HMAC-SHA256-PAYLOAD", NOTHING, sha256(piece));
    return `${piece.length.toString(16)};chunk-signature=${signature}\r\n${piece}${piece && "\r\n"}`;
  });
  if (!trailer) return `${chunks.join("")}\r\n`;
  const signature = next("AWS4-HMAC-SHA256-TRAILER", sha256(`${trailer}\n`));
  return `${chunks.join("")}${trailer}\r\nx-amz-trailer-signature:${signature}\r\n\r\n`;
}

const codeOf = async (answer: Response) => /<Code>(\w+)</.exec(await answer.text())?.[1] ?? answer.status;

describe("signatures to a simulated Storage", () => {
  let storage: TestStorage;
  before(async () => {
    storage = await startStorage();
    await storage.s3.send(new CreateBucketCommand({ Bucket }));
  });
  after(() => storage.close());
  afterEach(() => {
    storage.now = undefined;
  });

  const put = (key: string, body: (seed: Seed) => string, headers: Record<string, string>) => {
    const url = new URL(`${storage.endpoint}/${Bucket}/${key}`);
    const signed = sign("PUT", url, new Date(), headers);
    return fetch(url, { method: "PUT", headers: signed.headers, body: body(signed.seed) });
  };
  const list = (client: TestStorage["s3"]) => client.send(new ListBucketsCommand());

  it("open the door to the keys of the project alone", async () => {
    const credentials = { accessKeyId: "storage-key", secretAccessKey: "storage-secret" };
    await list(storage.s3);
    const wrong: [Parameters<TestStorage["client"]>[0], string][] = [
      [{ credentials: { ...credentials, secretAccessKey: "wrong" } }, "SignatureDoesNotMatch"],
      [{ credentials: { ...credentials, accessKeyId: "unknown" } }, "InvalidAccessKeyId"],
      [{ region: "us-east-1" }, "SignatureDoesNotMatch"],
    ];
    for (const [config, code] of wrong)
      assert.deepEqual(await refusalOf(list(storage.client(config))), [code, 403]);
    assert.equal(await codeOf(await fetch(storage.endpoint)), "AccessDenied");
    const { access } = storage;
    storage.access = { ...access, accessKeys: [] };
    assert.deepEqual(await refusalOf(list(storage.s3)), ["InvalidAccessKeyId", 403]);
    storage.access = { ...access, s3Protocol: false };
    assert.equal((await refusalOf(list(storage.s3)))[1], 403);
    const disabled = await fetch(storage.endpoint);
    assert.equal(disabled.status, 403);
    assert.match(await disabled.text(), /FeatureNotEnabled/);
    storage.access = access;
  });

  it("hold for a quarter of an hour", async () => {
    // The SDK would set its clock right and try again; a single try shows the refusal.
    storage.now = new Date(Date.now() + 14 * 60_000);
    await list(storage.client());
    storage.now = new Date(Date.now() + 16 * 60_000);
    assert.deepEqual(await refusalOf(list(storage.client())), ["RequestTimeTooSkewed", 403]);
    storage.now = new Date(Date.now() - 16 * 60_000);
    assert.deepEqual(await refusalOf(list(storage.client())), ["RequestTimeTooSkewed", 403]);
  });

  it("stand in the query of a presigned URL until it expires", async () => {
    await storage.s3.send(new PutObjectCommand({ Bucket, Key: "a b&c.txt", Body: "presigned" }));
    const { host, hostname, port, pathname } = new URL(`${storage.endpoint}/${Bucket}/a%20b%26c.txt`);
    const signer = await storage.s3.config.signer();
    assert.ok("presign" in signer && typeof signer.presign === "function");
    const { query } = await signer.presign(
      {
        method: "GET",
        protocol: "http:",
        hostname,
        port: Number(port),
        path: pathname,
        query: { "response-content-type": "text/x y" },
        headers: { host, "X-Amz-Content-Sha256": "UNSIGNED-PAYLOAD" },
      },
      { expiresIn: 60 },
    );
    const parameters = Object.entries(query as Record<string, string>).map(
      ([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`,
    );
    const url = `http://${host}${pathname}?${parameters.join("&")}`;
    const answer = await fetch(url);
    assert.deepEqual([await answer.text(), answer.headers.get("content-type")], ["presigned", "text/x y"]);
    assert.equal(await codeOf(await fetch(url.replace("a%20b", "a%20c"))), "SignatureDoesNotMatch");
    assert.equal(await codeOf(await fetch(`${url}&x=1`)), "SignatureDoesNotMatch");
    storage.now = new Date(Date.now() + 61_000);
    assert.equal(await codeOf(await fetch(url)), "ExpiredToken");
  });

  it("cover every chunk of a body, and its trailer", async () => {
    const pieces = ["x".repeat(70_000), "end"];
    const bytes = pieces.join("");
    const streaming = {
      "content-encoding": "aws-chunked",
      "x-amz-decoded-content-length": String(bytes.length),
      "x-amz-content-sha256": "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
    };
    const plain = await put("chunks", (seed) => signedChunks(seed, pieces), streaming);
    assert.equal(plain.headers.get("etag"), `"${createHash("md5").update(bytes).digest("hex")}"`);
    const checksum = Buffer.alloc(4);
    checksum.writeUInt32BE(crc32(bytes));
    const trailing = {
      ...streaming,
      "x-amz-content-sha256": "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
      "x-amz-trailer": "x-amz-checksum-crc32",
    };
    const trailer = `x-amz-checksum-crc32:${checksum.toString("base64")}`;
    const good = await put("trailer", (seed) => signedChunks(seed, pieces, trailer), trailing);
    assert.equal(good.status, 200);
    const changed = (text: string) => text.replace("xx", "xy");
    const bad: [Promise<Response>, string][] = [
      [put("bad", (seed) => changed(signedChunks(seed, pieces)), streaming), "SignatureDoesNotMatch"],
      [put("bad", (seed) => signedChunks(seed, pieces).slice(0, 70_200), streaming), "IncompleteBody"],
      [put("bad", (seed) => signedChunks(seed, pieces.slice(1)), streaming), "IncompleteBody"],
      [put("bad", (seed) => signedChunks(seed, pieces, `${trailer}A`), trailing), "BadDigest"],
      [
        put("bad", (seed) => signedChunks(seed, pieces, trailer).replace(trailer, `${trailer}A`), trailing),
        "SignatureDoesNotMatch",
      ],
    ];
    for (const [answer, code] of bad) assert.equal(await codeOf(await answer), code);
    assert.deepEqual(await storage.rows("SELECT FROM storage.objects WHERE name = 'bad'"), []);
  });

  it("cover the body by its hash, unless it is left out", async () => {
    const hashed = { "x-amz-content-sha256": sha256("body") };
    assert.equal((await put("hashed", () => "body", hashed)).status, 200);
    assert.equal(await codeOf(await put("hashed", () => "bodx", hashed)), "XAmzContentSHA256Mismatch");
    const unsigned = { "x-amz-content-sha256": "UNSIGNED-PAYLOAD" };
    assert.equal((await put("unsigned", () => "any", unsigned)).status, 200);
  });

  it("come with checksums that are compared", async () => {
    const digest = (algorithm: string, text: string) => createHash(algorithm).update(text).digest("base64");
    const right = { "content-md5": digest("md5", "b"), "x-amz-checksum-sha256": digest("sha256", "b") };
    const unsigned = { "x-amz-content-sha256": "UNSIGNED-PAYLOAD" };
    assert.equal((await put("sum", () => "b", { ...right, ...unsigned })).status, 200);
    for (const [name, value] of Object.entries(right)) {
      const answer = await put("sum", () => "c", { [name]: value, ...unsigned });
      assert.equal(await codeOf(answer), "BadDigest");
    }
  });
});
