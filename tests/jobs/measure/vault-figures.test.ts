import assert from "node:assert/strict";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { compareReplica } from "../../../jobs/measure/compare-replica.ts";
import { environmentBegan } from "../../../jobs/measure/environment-began.ts";
import { newestPoint } from "../../../jobs/measure/newest-point.ts";
import { vaultBytes } from "../../../jobs/measure/vault-bytes.ts";
import { manifestKey } from "../../../vault/layout.ts";
import { readObject } from "../../../vault/read-object.ts";
import { getAws } from "../../support/servers.ts";
import { createBucket, testS3 } from "../../support/vaults.ts";
import { createEnvironmentBench, type EnvironmentBench } from "./support/environment-bench.ts";

describe("what is measured of a vault", function () {
  this.timeout(60_000);
  let bench: EnvironmentBench;

  before(async () => {
    bench = await createEnvironmentBench({
      now: "2028-03-01T08:00:00Z",
      projects: [{ name: "shop", kind: "postgres", connection: { env: "SHOP_URL" } }],
      lockMode: "governance",
    });
  });
  after(() => bench.close());

  const put = (Key: string, bytes: number) =>
    bench.vault.s3.send(
      new PutObjectCommand({
        ...{ Bucket: bench.vault.bucket, Key, Body: "x".repeat(bytes) },
        ChecksumAlgorithm: "SHA256",
      }),
    );

  it("began with its first evidence, and not before there is any", async () => {
    assert.equal(await environmentBegan(bench.vault), undefined);
    await bench.addEvidence("backup", "2028-02-29T02:00:00.000Z", { tier: "nightly" }, "shop");
    await bench.addEvidence("backup", "2028-03-01T02:00:00.000Z", { tier: "nightly" }, "shop");
    assert.deepEqual(await environmentBegan(bench.vault), new Date("2028-02-29T02:00:00.000Z"));
  });

  it("holds the bytes of all versions, page after page, of its own projects alone", async () => {
    const before = await vaultBytes(bench.vault, ["shop", "other"]);
    await put("shop/storage/a", 700);
    await put("shop/storage/a", 300);
    await put("other/points/b", 11);
    await put("reports/c", 5);
    await put("stranger/d", 100_000);
    await Promise.all(Array.from({ length: 1_050 }, (_, index) => put(`shop/many/${index}`, 1)));
    const size = await vaultBytes(bench.vault, ["shop", "other"]);
    assert.equal(size.bytes - before.bytes, 700 + 300 + 11 + 5 + 1_050);
    assert.equal(size.versions - before.versions, 1_054);
    assert.equal((await vaultBytes(bench.vault, ["shop"])).bytes, size.bytes - 11);
  });

  it("finds the newest point of a tier, past a run that left no manifest", async () => {
    const retainUntil = new Date(Date.now() + 3 * 86_400_000);
    assert.equal(await newestPoint(bench.vault, "shop", "nightly"), undefined);
    await bench.addPoint("shop", "nightly", "2028-02-28T02:00:00Z", { retainUntil });
    await bench.addPoint("shop", "nightly", "2028-02-29T02:00:00Z", { retainUntil });
    await bench.addPoint("shop", "weekly", "2028-03-01T03:00:00Z", { retainUntil });
    await put("shop/points/nightly/nightly_20280301_020000/data/0", 10);
    await put("shop/points/nightly/somebody-else/manifest.json", 10);
    const newest = await newestPoint(bench.vault, "shop", "nightly");
    assert.equal(newest?.id, "nightly_20280229_020000");
  });

  describe("beside its replica", () => {
    let replica: { bucket: string; s3: ReturnType<typeof testS3> };
    const point = { project: "shop", tier: "nightly", id: "nightly_20280229_020000" } as const;
    const key = manifestKey(point.project, point.tier, point.id);

    before(async () => {
      const aws = await getAws();
      replica = {
        s3: testS3(aws, aws.replicaRegion),
        bucket: await createBucket({ versioning: true, region: aws.replicaRegion }),
      };
    });
    after(() => replica.s3.destroy());

    const copy = (Body: string) =>
      replica.s3.send(
        new PutObjectCommand({
          ...{ Bucket: replica.bucket, Key: key, Body },
          ChecksumAlgorithm: "SHA256",
        }),
      );
    const compare = async () => {
      const { verdict, detail } = await compareReplica(bench.vault, replica, point);
      return `${verdict}: ${detail.replaceAll(replica.bucket, "REPLICA").replaceAll(/\d+ (?=of|bytes)/g, "N ")}`;
    };
    const original = async () => {
      return (await readObject(bench.vault, key, { maximumBytes: 1_000_000 })).toString("utf8");
    };

    it("is missing, shorter, changed, or the same", async () => {
      assert.equal(await compare(), `missing: ${key} is not in REPLICA`);
      const text = await original();
      await copy(text.slice(1));
      assert.equal(await compare(), "different: nightly_20280229_020000: N of N bytes");
      await copy(text.replace("holdfast", "holdfest"));
      assert.equal(await compare(), "different: nightly_20280229_020000: same size, another checksum");
      await copy(text);
      assert.equal(await compare(), "same: nightly_20280229_020000: N of N bytes, same checksum");
    });
  });
});
