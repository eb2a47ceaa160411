import assert from "node:assert/strict";
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { createSupabase, type TestSupabase } from "../../support/supabase.ts";
import { ask } from "./support/ask.ts";

describe("Storage of a simulated project", () => {
  let supabase: TestSupabase;
  let ref: string;
  let s3: S3Client;

  const client = (more: { accessKeyId?: string; region?: string } = {}): S3Client => {
    const { endpoint, region, accessKeyId, secretAccessKey } = supabase.storage(ref);
    return new S3Client({
      endpoint,
      region: more.region ?? region,
      forcePathStyle: true,
      maxAttempts: 1,
      credentials: { accessKeyId: more.accessKeyId ?? accessKeyId, secretAccessKey },
    });
  };

  before(async () => {
    supabase = await createSupabase();
    ref = await supabase.add({ database: "cluster" });
    s3 = client();
    await s3.send(new CreateBucketCommand({ Bucket: "order_photos" }));
    await s3.send(new PutObjectCommand({ Bucket: "order_photos", Key: "1.jpg", Body: "jpeg" }));
  });
  after(() => s3.destroy());
  afterEach(() => {
    supabase.setStorageFault(undefined);
    supabase.faults.clear();
  });

  it("takes the project's own keys alone, and shows its buckets in the Management API", async () => {
    const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket: "order_photos" }));
    assert.deepEqual(
      Contents?.map(({ Key }) => Key),
      ["1.jpg"],
    );
    const { body } = await ask(supabase, "GET", `/v1/projects/${ref}/storage/buckets`);
    assert.deepEqual(
      Object(body).map(({ name }: { name: string }) => name),
      ["order_photos"],
    );
    const foreign = client({ accessKeyId: "0".repeat(32) });
    await assert.rejects(foreign.send(new ListObjectsV2Command({ Bucket: "order_photos" })));
    foreign.destroy();
  });

  it("is closed by the project's setting, at once", async () => {
    const set = (enabled: boolean) =>
      ask(supabase, "PATCH", `/v1/projects/${ref}/config/storage`, { features: { s3Protocol: { enabled } } });
    await set(false);
    await assert.rejects(s3.send(new ListObjectsV2Command({ Bucket: "order_photos" })));
    await set(true);
    await s3.send(new ListObjectsV2Command({ Bucket: "order_photos" }));
  });

  it("fails while the database does, and as it is told to", async () => {
    supabase.faults.add({ kind: "healthy-but-not-ready", ref, seconds: 3600 });
    await assert.rejects(s3.send(new ListObjectsV2Command({ Bucket: "order_photos" })), {
      name: "ServiceUnavailable",
    });
    supabase.faults.clear();
    supabase.setStorageFault((asked, { key }) =>
      asked === ref && key === "1.jpg" ? { kind: "reset" } : undefined,
    );
    await assert.rejects(s3.send(new GetObjectCommand({ Bucket: "order_photos", Key: "1.jpg" })));
    supabase.setStorageFault(undefined);
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: "order_photos", Key: "1.jpg" }));
    assert.equal(await Body?.transformToString(), "jpeg");
  });

  it("is nobody's without a project", async () => {
    const other = await fetch(`${supabase.endpoint}/projects/${"z".repeat(20)}/storage/v1/s3/`);
    assert.equal(other.status, 404);
  });
});
