import assert from "node:assert/strict";
import { type Forecast, forecastCost } from "../../plan/cost.ts";
import { ASSUMED } from "../../plan/forecast-assumptions.ts";
import { PRICES } from "../../plan/prices.ts";
import { type Changes, parseChanged } from "./support/plan-fixture.ts";

const GIB = 2 ** 30;
const forecast = (changes: Changes) => forecastCost(parseChanged(changes));
const cost = ({ lines }: Forecast, what: string | RegExp) =>
  lines
    .filter((line) => (typeof what === "string" ? line.what === what : what.test(line.what)))
    .map((line) => line.monthlyUsd);

describe("forecastCost", () => {
  it("prices point-in-time recovery by its window", () => {
    for (const [windowDays, usd] of [
      [7, 100],
      [14, 200],
      [28, 400],
    ] as const) {
      assert.deepEqual(cost(forecast({ "projects.0.pitr": { windowDays } }), /point-in-time/), [usd]);
    }
    assert.deepEqual(cost(forecast({ "projects.0.pitr": undefined }), /point-in-time/), []);
  });

  it("counts every dump as egress at its list price", () => {
    const changes = {
      "projects.0.sizing": { database: "100 GiB" },
      "projects.0.tiers": { nightly: {} },
      "projects.0.drills": Object.fromEntries(
        ["staging-restore", "pitr-simulation", "full-dr", "region-failover"].map((kind) => [
          kind,
          { skip: "x" },
        ]),
      ),
    };
    const found = forecast(changes);
    // 30.44 nightly points and 4 checkpoints of 70 GiB each.
    const expected = 34.4375 * 70 * GIB;
    assert.ok(Math.abs(found.egressBytes / expected - 1) < 0.001, String(found.egressBytes / GIB));
    assert.deepEqual(
      found.egress.map(({ from, what }) => `${from}, ${what}`),
      ["Supabase, shop: dumps"],
    );
    assert.ok(Math.abs((cost(found, "Supabase egress")[0] ?? 0) - (found.egressBytes / 1e9) * 0.09) < 0.01);
  });

  it("counts the proof of older points, each of them once", () => {
    const left = { skip: "x" };
    const proved = (alsoProve?: number) =>
      forecast({
        "projects.0.tiers": { nightly: {} },
        "projects.0.drills": {
          "staging-restore": { schedule: "0 5 * * 1", ...(alsoProve && { alsoProve }) },
          ...{ "pitr-simulation": left, "full-dr": left, "region-failover": left },
        },
      }).egress.find(({ what }) => what.includes("proof of drills"))?.monthlyBytes ?? Number.NaN;
    const restored = (alsoProve: number) => proved(alsoProve) / proved();
    assert.ok(Math.abs(restored(1) - 2) < 0.001);
    // 30.44 nightly points and 4 checkpoints in 4.35 weeks.
    assert.ok(Math.abs(restored(31) - (30.4375 + 4) / (30.4375 / 7)) < 0.01, String(restored(31)));
  });

  it("stores as many points as retention keeps", () => {
    const size = { "projects.0.sizing": { database: "100 GiB" } };
    const one = forecast({
      ...size,
      "projects.0.tiers": { weekly: { retain: { count: 1 } }, checkpoint: { scope: "schema" } },
    });
    const nine = forecast({
      ...size,
      "projects.0.tiers": { weekly: { retain: { count: 9 } }, checkpoint: { scope: "schema" } },
    });
    assert.ok(Math.abs((nine.storedBytes - one.storedBytes) / (8 * 18 * GIB) - 1) < 0.01);
  });

  it("doubles storage and adds transfer for a replica", () => {
    const alone = forecast({ "vault.replicaRegion": undefined, "vault.keys.replicaKms": undefined });
    const both = forecast({});
    assert.ok(
      Math.abs((cost(both, /^S3 storage/)[0] ?? 0) / (cost(alone, /^S3 storage/)[0] ?? 1) - 2) < 1e-9,
    );
    assert.equal(cost(alone, /Replication/).length, 0);
    assert.equal(cost(both, /Replication/).length, 1);
    assert.deepEqual(cost(both, "KMS keys"), [2]);
    assert.deepEqual(cost(alone, "KMS keys"), [1]);
  });

  it("charges for a NAT gateway only where the stack makes one", () => {
    assert.equal(cost(forecast({}), /NAT/).length, 0);
    const nat = forecast({ network: { egress: "nat" } });
    assert.ok(Math.abs((cost(nat, "NAT gateway")[0] ?? 0) - 32.87) < 0.01);
    const own = forecast({
      network: { egress: "nat", vpcId: "vpc-0a1b2c3d", subnetIds: ["subnet-0a1b2c3d"] },
    });
    assert.deepEqual(
      own.lines.filter(({ what }) => /NAT/.test(what)).map(({ what }) => what),
      ["NAT traffic"],
    );
  });

  it("prices nothing of AWS for a store elsewhere, and says so", () => {
    const found = forecast({ "vault.endpoint": "https://s3.example.com" });
    assert.ok(found.lines.every(({ source }) => !source.includes("aws.amazon.com")));
    assert.ok(found.egress.every(({ from }) => from !== "AWS"));
    assert.match(found.notPriced.join(), /https:\/\/s3\.example\.com/);
  });

  it("counts the first copy of stored objects once, and the changes of a month", () => {
    const storage = (bucket: Record<string, unknown>): Changes => ({
      "projects.0.storage": [{ bucket: "photos", ...bucket }],
      "projects.0.storageAccess": { accessKeyId: { env: "ID" }, secretAccessKey: { env: "KEY" } },
    });
    const sized = { size: "200 GiB", objects: 1_000_000, retain: { days: 30 } };
    const found = forecast(storage(sized));
    const bare = forecast({});
    const near = (value: number | undefined, expected: number) =>
      assert.ok(Math.abs((value ?? 0) / expected - 1) < 1e-6, `${value} is not ${expected}`);
    assert.equal(found.firstCopyBytes, 200 * GIB);
    near(found.egressBytes - bare.egressBytes, 20 * GIB);
    near(found.storedBytes - bare.storedBytes, 200 * GIB * (1 + (0.1 * 30) / 30.4375));
    const once = new Map(found.once.map(({ what, usd }) => [what, usd]));
    near(once.get("Supabase egress of the first copy"), ((200 * GIB) / 1e9) * 0.09);
    // Vault and replica.
    near(once.get("S3 writes of the first copy"), (2_000_000 / 1_000) * 0.005);
    near(once.get("Replication of the first copy"), ((200 * GIB) / 1e9) * 0.02);
    near(
      found.onceUsd,
      [...once.values()].reduce((sum, usd) => sum + usd, 0),
    );
    // Each of 1,098,563 versions once in ten nights.
    near(cost(found, /^S3 reads/)[0], ((1_098_562.628 * 30.4375) / 10 / 1_000) * 0.0004);
    const fewer = forecast(storage({ ...sized, objects: 1_000 }));
    assert.ok(
      (cost(found, /^S3 writes and lists/)[0] ?? 0) > 50 * (cost(fewer, /^S3 writes and lists/)[0] ?? 1),
    );
    // Vault and replica: what each of three more tasks writes and asks for beside the objects, every night.
    const shared = forecast(storage({ ...sized, shards: 4 }));
    const more = (of: RegExp) => (cost(shared, of)[0] ?? 0) - (cost(found, of)[0] ?? 0);
    near(more(/^S3 writes and lists/), ((3 * 30.4375 * ASSUMED.requestsPerSync * 2) / 1_000) * 0.005);
    near(more(/^KMS requests/), ((3 * 30.4375 * ASSUMED.kmsCallsPerSync) / 10_000) * 0.03);
    // Of 200 MB each, so each has a data key of its own: a hundred more calls a month.
    near(
      (cost(fewer, /^KMS requests/)[0] ?? 0) - (cost(found, /^KMS requests/)[0] ?? 0),
      (100 / 10_000) * 0.03,
    );
  });

  it("knows no first copy without buckets, and no requests of AWS elsewhere", () => {
    const none = forecast({});
    assert.deepEqual([none.once, none.onceUsd, none.firstCopyBytes], [[], 0, 0]);
    assert.deepEqual(cost(none, /stored objects|KMS requests/), []);
    const elsewhere = forecast({
      "vault.endpoint": "https://s3.example.com",
      "projects.0.storage": [{ bucket: "photos" }],
      "projects.0.storageAccess": { accessKeyId: { env: "ID" }, secretAccessKey: { env: "KEY" } },
    });
    assert.deepEqual(
      elsewhere.once.map(({ what }) => what),
      ["Supabase egress of the first copy"],
    );
    assert.match(elsewhere.assumptions.join("\n"), /A stored object has 256 KiB/);
  });

  it("counts what is started whether or not there is anything to do, by size and by starts", () => {
    const none = Object.fromEntries(
      ["staging-restore", "pitr-simulation", "full-dr", "region-failover"].map((kind) => [
        kind,
        { skip: "x" },
      ]),
    );
    const base = { "projects.0.drills": none, job: { cpu: 2_048, memoryMiB: 4_096 } };
    const hours = (changes: Changes, cpu = 1, memory = 1) => {
      const found = forecast({ ...base, ...changes });
      const [cpuUsd = 0] = cost(found, "Fargate CPU");
      const [memoryUsd = 0] = cost(found, "Fargate memory");
      return {
        cpu: cpuUsd / PRICES.fargateCpu.usd / cpu,
        memory: memoryUsd / PRICES.fargateMemory.usd / memory,
      };
    };
    const near = (value: number, expected: number) =>
      assert.ok(Math.abs(value / expected - 1) < 1e-6, `${value} is not ${expected}`);
    const bare = hours({});
    // Watch and sweep have half a CPU and a GiB, whatever the plan's jobs have.
    const large = hours({ job: { cpu: 4_096, memoryMiB: 8_192 } });
    const small = (288 + 1) * (30.4375 / 60);
    near(2 * bare.cpu - large.cpu, small / 2);
    near(2 * bare.memory - large.memory, small);
    // With a drill a project asks each hour; of one that runs each year, little else is added.
    const drilled = hours({ "projects.0.drills": { ...none, "full-dr": { schedule: "0 5 1 1 *" } } }, 2, 4);
    const asked = drilled.cpu - bare.cpu / 2;
    assert.ok(asked > 730.5 / 60 && asked < 730.5 / 60 + 0.1, `${asked} hours`);
    // Each shard is a start of its own.
    const bucket = { bucket: "photos", size: "1 GiB", objects: 10 };
    const access = { accessKeyId: { env: "ID" }, secretAccessKey: { env: "KEY" } };
    const sync = (shards: number) =>
      hours({ "projects.0.storage": [{ ...bucket, shards }], "projects.0.storageAccess": access }, 2, 4);
    near(sync(4).memory - sync(1).memory, 3 * (30.4375 / 60));
    assert.match(forecast({}).assumptions.join("\n"), /The watch starts every five minutes/);
    assert.doesNotMatch(
      forecast({ "vault.endpoint": "https://s3.example.com" }).assumptions.join("\n"),
      /The watch starts/,
    );
  });

  it("adds up, and names source and basis of every line", () => {
    const found = forecast({ network: { egress: "nat" }, "alerts.chatWebhook": { env: "A" } });
    assert.ok(
      Math.abs(found.lines.reduce((sum, line) => sum + line.monthlyUsd, 0) - found.monthlyUsd) < 1e-9,
    );
    for (const line of found.lines) {
      assert.match(line.source, /^https:\/\//);
      assert.match(line.basis, /\$\d/);
      assert.ok(line.monthlyUsd > 0);
    }
    assert.match(found.pricesAsOf, /^\d{4}-\d{2}-\d{2}$/);
  });

  it("names what it assumes, and stops when the plan says it", () => {
    assert.match(
      forecast({}).assumptions.join("\n"),
      /shop: the database has 8 GiB \(declare sizing\.database/,
    );
    const sized = forecast({ "projects.0.sizing": { database: "1 GiB" } });
    assert.doesNotMatch(sized.assumptions.join("\n"), /shop: the database has/);
    assert.match(sized.assumptions.join("\n"), /List prices of \d{4}/);
  });

  it("has a source for each price", () => {
    for (const price of Object.values(PRICES)) {
      assert.match(price.source, /^https:\/\//);
      assert.ok(price.usd > 0);
    }
  });
});
