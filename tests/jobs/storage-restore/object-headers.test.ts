import assert from "node:assert/strict";
import { objectHeaders } from "../../../jobs/storage-restore/object-headers.ts";
import { storageIdentity } from "../../../jobs/storage-restore/storage-identity.ts";

const ROW = { name: "a", version: "v", eTag: "", updatedAt: "2026-01-01T00:00:00.000Z" };

describe("objectHeaders", () => {
  it("gives what a header can hold as it is, encodes other values, and leaves out other names", () => {
    const metadata = { order: "1007", note: "für Anna", empty: "", "two words": "x" };
    assert.deepEqual(
      objectHeaders({ ...ROW, contentType: "image/png", cacheControl: "no-cache", metadata }),
      {
        ContentType: "image/png",
        CacheControl: "no-cache",
        Metadata: { order: "1007", note: "=?UTF-8?B?ZsO8ciBBbm5h?=", empty: "" },
      },
    );
    assert.deepEqual(objectHeaders({ ...ROW, contentType: "image/png\r\nx: y", cacheControl: "" }), {});
  });
});

describe("storageIdentity", () => {
  it("knows a project under both of its hosts, and tells other endpoints apart", () => {
    const ref = "abcdefghijklmnopqrst";
    for (const host of [
      `${ref}.storage.supabase.co`,
      `${ref}.supabase.co`,
      `${ref.toUpperCase()}.supabase.co:443`,
    ])
      assert.equal(storageIdentity(`https://${host}/storage/v1/s3`), ref);
    assert.equal(storageIdentity("http://127.0.0.1:9000/storage/v1/s3/"), "127.0.0.1:9000/storage/v1/s3");
    assert.notEqual(
      storageIdentity("http://127.0.0.1:9000/p/a"),
      storageIdentity("http://127.0.0.1:9000/p/b"),
    );
    // Only Supabase's own names count as hosted.
    assert.equal(
      storageIdentity(`https://${ref}.supabase.co.example.com/`),
      `${ref}.supabase.co.example.com`,
    );
  });
});
