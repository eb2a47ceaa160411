import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { StorageSource } from "../../../../jobs/storage/storage-source.ts";
import { REF, refusalOf, startStorage, type TestStorage } from "./start-storage.ts";

const ANON = "anon-secret";
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

function token(claims: Readonly<Record<string, unknown>>, secret = "token-secret"): string {
  const text = `${encode({ alg: "HS256", typ: "JWT" })}.${encode(claims)}`;
  return `${text}.${createHmac("sha256", secret).update(text).digest("base64url")}`;
}

describe("simulated Storage asked with a session token", () => {
  let storage: TestStorage;
  before(async () => {
    storage = await startStorage();
    storage.access = { ...storage.access, anonKey: ANON };
    await storage.rows("INSERT INTO storage.buckets (id, name) VALUES ('photos', 'photos')");
  });
  after(() => storage.close());

  const put = (sessionToken: string, secretAccessKey = ANON, accessKeyId = REF) => {
    const s3 = storage.client({ credentials: { accessKeyId, secretAccessKey, sessionToken } });
    return s3.send(new PutObjectCommand({ Bucket: "photos", Key: "a.jpg", Body: "bytes" }));
  };

  it("lets the service role in, signed with the anon key or the ref, by either client", async () => {
    const service = token({ role: "service_role" });
    for (const secret of [ANON, REF]) await put(service, secret);
    const { Body } = await storage.s3.send(new GetObjectCommand({ Bucket: "photos", Key: "a.jpg" }));
    assert.equal(await Body?.transformToString(), "bytes");
    const { endpoint } = storage;
    const keys = { accessKeyId: REF, secretAccessKey: ANON, sessionToken: service };
    const source = new StorageSource({ endpoint, region: "eu-west-2", ...keys, attempts: 1 });
    await source.check("photos");
    const { size, close } = await source.open("photos", "a.jpg");
    close();
    source.close();
    assert.equal(size, 5);
  });

  it("refuses another signature, key or project, a token that is forged or over, and roles under row security", async () => {
    const service = token({ role: "service_role" });
    assert.deepEqual(await refusalOf(put(service, "other")), ["SignatureDoesNotMatch", 403]);
    assert.deepEqual(await refusalOf(put(service, ANON, "storage-key")), ["InvalidAccessKeyId", 403]);
    assert.equal((await refusalOf(put(token({ role: "service_role" }, "guessed"))))[0], "InvalidJWT");
    assert.equal((await refusalOf(put(token({ role: "service_role", exp: 1 }))))[0], "InvalidJWT");
    assert.equal((await refusalOf(put(token({ role: "authenticated" }))))[0], "AccessDenied");
    storage.access = { ...storage.access, anonKey: "changed" };
    assert.deepEqual(await refusalOf(put(service)), ["SignatureDoesNotMatch", 403]);
  });
});
