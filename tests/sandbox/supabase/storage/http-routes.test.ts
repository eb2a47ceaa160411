import assert from "node:assert/strict";
import { CreateBucketCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { SERVICE_KEY, startStorage, type TestStorage } from "./start-storage.ts";

const KEY = "bannos/a & b/photo 1.jpg";
/** What the routes answer with, or refuse with. */
interface Signed {
  readonly signedURL: string;
  readonly path: string;
  readonly error: string | null;
  readonly statusCode: string;
}

const PATH = KEY.split("/").map(encodeURIComponent).join("/");

describe("signed and public URLs of a simulated Storage", () => {
  let storage: TestStorage;
  before(async () => {
    storage = await startStorage();
    await storage.s3.send(new CreateBucketCommand({ Bucket: "photos" }));
    await storage.s3.send(new CreateBucketCommand({ Bucket: "open", ACL: "public-read" }));
    for (const Bucket of ["photos", "open"])
      await storage.s3.send(
        new PutObjectCommand({ Bucket, Key: KEY, Body: "0123456789", ContentType: "image/jpeg" }),
      );
  });
  after(() => storage.close());
  afterEach(() => {
    storage.now = undefined;
  });

  const post = async (path: string, body: unknown, key = SERVICE_KEY) => {
    const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
    const answer = await fetch(`${storage.base}/object/${path}`, {
      method: "POST",
      headers,
      body: JSON.stringify(body),
    });
    return { status: answer.status, body: (await answer.json()) as Signed & Signed[] };
  };
  const get = (path: string, headers: Record<string, string> = {}) =>
    fetch(`${storage.base}${path}`, { headers });
  const refusal = async (answer: Promise<Response>) => {
    const response = await answer;
    const { statusCode, error } = (await response.json()) as Signed;
    return [response.status, statusCode, error];
  };

  it("open one object until they expire", async () => {
    const { status, body } = await post(`sign/photos/${PATH}`, { expiresIn: 60 });
    assert.equal(status, 200);
    assert.match(body.signedURL, /^\/object\/sign\/photos\/bannos\/a%20%26%20b\/photo%201\.jpg\?token=/);
    const answer = await get(body.signedURL);
    assert.equal(await answer.text(), "0123456789");
    assert.equal(answer.headers.get("content-type"), "image/jpeg");
    const part = await get(body.signedURL, { range: "bytes=2-3" });
    assert.deepEqual([part.status, await part.text()], [206, "23"]);
    const named = await get(`${body.signedURL}&download=x.jpg`);
    assert.match(named.headers.get("content-disposition") ?? "", /^attachment; filename=x\.jpg/);
    await named.arrayBuffer();
    const other = await post(`sign/open/${PATH}`, { expiresIn: 60 });
    const swapped = `/object/sign/photos/${PATH}?${other.body.signedURL.split("?")[1]}`;
    assert.deepEqual(await refusal(get(swapped)), [400, "400", "InvalidSignature"]);
    assert.deepEqual(await refusal(get(`${body.signedURL}x`)), [400, "400", "InvalidJWT"]);
    assert.deepEqual(await refusal(get(`/object/sign/photos/${PATH}`)), [400, "400", "InvalidRequest"]);
    storage.now = new Date(Date.now() + 61_000);
    assert.deepEqual(await refusal(get(body.signedURL)), [400, "400", "InvalidJWT"]);
  });

  it("are signed many at once, those that are missing named", async () => {
    const { body } = await post("sign/photos", { expiresIn: 60, paths: [KEY, "absent"] });
    assert.deepEqual(
      body.map((item) => [item.path, item.error === null]),
      [
        [KEY, true],
        ["absent", false],
      ],
    );
    assert.equal(await (await get(body[0]?.signedURL ?? "")).text(), "0123456789");
  });

  it("are signed for the service key alone, of objects that are there", async () => {
    const absent = await post("sign/photos/absent", { expiresIn: 60 });
    assert.deepEqual(
      [absent.status, absent.body],
      [400, { statusCode: "404", error: "NoSuchKey", message: "Object not found" }],
    );
    assert.equal((await post(`sign/photos/${PATH}`, { expiresIn: 60 }, "wrong")).body.statusCode, "403");
    for (const body of [{}, { expiresIn: 0 }, { expiresIn: "60" }, []])
      assert.equal((await post(`sign/photos/${PATH}`, body)).body.error, "InvalidRequest");
  });

  it("of public buckets need no token, of others they do", async () => {
    assert.equal(await (await get(`/object/public/open/${PATH}`)).text(), "0123456789");
    assert.deepEqual(await refusal(get(`/object/public/photos/${PATH}`)), [400, "404", "NoSuchBucket"]);
    for (const route of ["object/authenticated", "object"]) {
      const authorization = `Bearer ${SERVICE_KEY}`;
      assert.equal(await (await get(`/${route}/photos/${PATH}`, { authorization })).text(), "0123456789");
      assert.equal((await refusal(get(`/${route}/photos/${PATH}`)))[0], 400);
    }
    assert.equal((await get("/object/public/open/absent")).status, 400);
    assert.equal((await get("/other")).status, 404);
  });
});
