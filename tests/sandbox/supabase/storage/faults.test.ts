import assert from "node:assert/strict";
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import type { StorageFault, StorageRequest } from "../../../../sandbox/supabase/storage/storage-fault.ts";
import { refusalOf, startStorage, type TestStorage } from "./start-storage.ts";

const Bucket = "faulty";

describe("faults of a simulated Storage", () => {
  let storage: TestStorage;
  before(async () => {
    storage = await startStorage();
    await storage.s3.send(new CreateBucketCommand({ Bucket }));
    await storage.s3.send(new PutObjectCommand({ Bucket, Key: "small", Body: "0123456789" }));
    const large = Buffer.alloc(400_000, "x");
    await storage.s3.send(new PutObjectCommand({ Bucket, Key: "large", Body: large }));
  });
  after(() => storage.close());
  afterEach(() => {
    storage.fault = undefined;
  });

  const read = async (Key: string) => {
    const { Body } = await storage.s3.send(new GetObjectCommand({ Bucket, Key }));
    return Buffer.from((await Body?.transformToByteArray()) ?? []);
  };
  const inject = (fault: StorageFault) => {
    storage.fault = () => fault;
  };

  it("answer with a status, for the requests that are meant", async () => {
    const seen: StorageRequest[] = [];
    storage.fault = (request) => {
      seen.push(request);
      return request.key === "small" ? { kind: "status", status: 503 } : undefined;
    };
    assert.deepEqual(await refusalOf(read("small")), ["SlowDown", 503]);
    assert.equal((await read("large")).length, 400_000);
    const [first] = seen;
    assert.deepEqual([first?.method, first?.bucket, first?.key], ["GET", Bucket, "small"]);
  });

  for (const Key of ["small", "large"]) {
    it(`cut off or change the bytes of a ${Key} object`, async () => {
      const whole = await read(Key);
      inject({ kind: "truncate", afterBytes: 5 });
      await assert.rejects(read(Key));
      inject({ kind: "wrong-bytes" });
      const wrong = await read(Key);
      assert.equal(wrong.length, whole.length);
      assert.ok(!wrong.equals(whole) && wrong.subarray(1).equals(whole.subarray(1)));
    });
  }

  it("break the connection before or after the work", async () => {
    const write = (Key: string) => storage.s3.send(new PutObjectCommand({ Bucket, Key, Body: "x" }));
    inject({ kind: "reset" });
    await assert.rejects(write("reset"));
    inject({ kind: "lost-answer" });
    await assert.rejects(write("lost"));
    const names = await storage.rows("SELECT name FROM storage.objects ORDER BY 1");
    assert.deepEqual(
      names.map(({ name }) => name),
      ["large", "lost", "small"],
    );
  });

  it("leave a request without an answer", async () => {
    inject({ kind: "hang" });
    const command = new GetObjectCommand({ Bucket, Key: "small" });
    await assert.rejects(storage.s3.send(command, { abortSignal: AbortSignal.timeout(100) }), /abort/i);
  });

  it("are none when the database is away: the service says so", async () => {
    const gone = await startStorage();
    await gone.pool.query("SELECT 1");
    const { query } = gone.pool;
    gone.pool.query = () => {
      throw Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
    };
    assert.deepEqual(await refusalOf(gone.s3.send(new GetObjectCommand({ Bucket, Key: "k" }))), [
      "DatabaseTimeout",
      544,
    ]);
    gone.pool.query = query;
    await gone.close();
  });
});
