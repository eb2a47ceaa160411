import assert from "node:assert/strict";
import { syncScheduleNames } from "../../../components/jobs/sync-schedule-names.ts";

describe("syncScheduleNames", () => {
  it("is one name, as long as the bucket is not shared out", () => {
    assert.deepEqual(syncScheduleNames("shop", { bucket: "order_photos", shards: 1 }), [
      "shop.sync.order_photos",
    ]);
    assert.deepEqual(syncScheduleNames("shop", { bucket: "x".repeat(18), shards: 1 }), [
      `shop.sync.${"x".repeat(18)}`,
    ]);
  });

  it("is one for each shard, by its number", () => {
    assert.deepEqual(syncScheduleNames("shop", { bucket: "order_photos", shards: 4 }), [
      "shop.sync-1.order_photos",
      "shop.sync-2.order_photos",
      "shop.sync-3.order_photos",
      "shop.sync-4.order_photos",
    ]);
  });

  it("is never another bucket's, whatever that is called", () => {
    const buckets = ["photos", "photos.1", "photos-1", "1.photos", "sync-1.photos"];
    const names = buckets.flatMap((bucket) =>
      ([1, 2, 16] as const).flatMap((shards) => syncScheduleNames("shop", { bucket, shards })),
    );
    // Shards 1 and 2 of 2 are called as those of 16.
    assert.equal(new Set(names).size, buckets.length * (1 + 16));
  });

  it("leaves room for the number before a long name", () => {
    const names = syncScheduleNames("p".repeat(40), { bucket: "x".repeat(18), shards: 16 });
    assert.equal(new Set(names).size, 16);
    assert.equal(Math.max(...names.map((name) => name.length)), 64);
  });
});
