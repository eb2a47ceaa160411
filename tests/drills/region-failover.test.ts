import assert from "node:assert/strict";
import { CopyObjectCommand, ListObjectsV2Command } from "@aws-sdk/client-s3";
import { regionFailover } from "../../drills/kinds/region-failover.ts";
import { findPoint } from "../../vault/find-point.ts";
import { readManifest } from "../../vault/read-manifest.ts";
import { createDatabase } from "../support/databases.ts";
import { failureOf } from "../support/failure-of.ts";
import { type FaultProxy, startFaultProxy } from "../support/fault-proxy.ts";
import { testProject } from "../support/jobs.ts";
import { PLANNED_PROJECT } from "../support/plan-file.ts";
import { getAws } from "../support/servers.ts";
import { createBucket, testS3 } from "../support/vaults.ts";
import { createDrillBench, type DrillBench } from "./support/drill-bench.ts";
import { drillContext } from "./support/drill-context.ts";

const FAILOVER = ["--kind", "region-failover", "--json"];

describe("the drill region-failover", () => {
  let drills: DrillBench;
  let replicaBucket: string;
  let plan: string;
  let proxy: FaultProxy;
  before(async () => {
    drills = await createDrillBench();
    const { bucket, replicaRegion = "", endpoint = "" } = drills.bench.settings;
    replicaBucket = await createBucket({ region: replicaRegion, versioning: true });
    const s3 = testS3(await getAws(), replicaRegion);
    const { Contents = [] } = await drills.bench.vault.s3.send(new ListObjectsV2Command({ Bucket: bucket }));
    for (const { Key = "" } of Contents)
      await s3.send(new CopyObjectCommand({ Bucket: replicaBucket, Key, CopySource: `${bucket}/${Key}` }));
    s3.destroy();
    proxy = await startFaultProxy(endpoint);
    const vault = { replicaBucket, endpoint: proxy.endpoint, kmsEndpoint: proxy.endpoint };
    plan = await drills.planFile({ vault });
  });
  after(() => proxy.close());

  it("comes back while bucket and keys of the primary region refuse everything but the evidence", async () => {
    const { bucket, region } = drills.bench.settings;
    const isPrimary = ({ url, headers }: { url: string; headers: { authorization?: string | undefined } }) =>
      url.startsWith(`/${bucket}`) || (headers.authorization ?? "").includes(`/${region}/kms/`);
    const isEvidence = ({ url, headers }: { url: string; headers: NodeJS.Dict<string | string[]> }) =>
      decodeURIComponent(url).includes("evidence/") || /Sign|PublicKey/.test(String(headers["x-amz-target"]));
    proxy.inject({
      kind: { answer: 403, body: "<Error><Code>AccessDenied</Code></Error>" },
      when: (request) => isPrimary(request) && !isEvidence(request),
    });
    const { exitCode, stdout, stderr } = await drills.run(plan, FAILOVER);
    assert.equal(exitCode, 0, `${stdout}${stderr}`);
    const { verdict, point, evidenceProblem } = JSON.parse(stdout);
    assert.deepEqual([verdict, point, evidenceProblem], ["PASS", drills.point, undefined]);
    assert.deepEqual(
      proxy.seen.filter((request) => isPrimary(request) && !isEvidence(request)).map(({ url }) => url),
      [],
      "nothing was asked of the primary region but to take the evidence",
    );
    assert.ok(proxy.seen.some(({ url }) => url.startsWith(`/${replicaBucket}`)));
    assert.equal((await drills.evidence()).at(-1)?.drill, "region-failover");
    assert.deepEqual([drills.stacks(), await drills.remains()], [[], []]);
  });

  it("refuses a vault that is opened at the primary", async () => {
    const { vault } = drills.bench;
    const manifest = await readManifest(vault, await findPoint(vault, PLANNED_PROJECT, "latest"));
    const context = drillContext({ vault, manifest, project: testProject(), target: await createDatabase() });
    assert.deepEqual(await failureOf(regionFailover(context)), ["DRILL_VAULT_WRONG", 1]);
  });
});
