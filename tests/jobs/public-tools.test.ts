import assert from "node:assert/strict";
import { projectUrl, seedProject } from "../../sandbox/seed/seed-project.ts";
import { compareDatabases } from "../support/compare-databases.ts";
import { createDatabase, createSupabaseDatabase } from "../support/databases.ts";
import { createHostileDatabase } from "../support/fixtures/hostile-database.ts";
import { createJobBench, databaseOf, failures } from "../support/jobs.ts";
import { runByBash } from "../support/public-tools.ts";
import { getAws, getPostgres } from "../support/servers.ts";
import { storageProject } from "../support/storage-bench.ts";

/** What the steps need to reach the test's store and keys as they would reach AWS. */
async function account(): Promise<Record<string, string>> {
  const aws = await getAws();
  return {
    AWS_ENDPOINT_URL_S3: aws.endpoint,
    AWS_ENDPOINT_URL_KMS: aws.endpoint,
    AWS_ACCESS_KEY_ID: aws.accessKeyId,
    AWS_SECRET_ACCESS_KEY: aws.secretAccessKey,
    AWS_DEFAULT_REGION: aws.region,
    AWS_CONFIG_FILE: "/nonexistent",
    AWS_SHARED_CREDENTIALS_FILE: "/nonexistent",
    AWS_EC2_METADATA_DISABLED: "true",
  };
}

// The tools come from a package index the first time.
const TIMEOUT_MILLISECONDS = 300_000;

describe("a point, restored by the lines in its manifest with public tools alone", () => {
  it("opens by KMS and brings back a database with everything that is hard to carry", async function () {
    this.timeout(TIMEOUT_MILLISECONDS);
    const bench = await createJobBench();
    const source = await createHostileDatabase({ orders: 600 });
    const { manifest } = await bench.backup(source.url);
    const target = await createDatabase();
    await runByBash(manifest.restoreWithPublicTools, target, await account());
    const differences = await compareDatabases(source.url, target);
    // Every restore of a dump writes the columns of an inheriting table in another order.
    const others = differences.filter((difference) => !difference.startsWith("Name: birds; Type: TABLE;"));
    assert.deepEqual(others, []);
    assert.deepEqual(failures(await bench.verify(manifest, target)), []);
  });

  it("opens by the escrow key without KMS and brings back a Supabase project, as its own user", async function () {
    this.timeout(TIMEOUT_MILLISECONDS);
    const bench = await createJobBench({ project: storageProject() });
    const target = await createSupabaseDatabase();
    const server = await getPostgres();
    const source = `ordak_${databaseOf(target.url)}`;
    await seedProject(server, "ordak", { scale: 0.05 }, source);
    const { manifest } = await bench.backup(projectUrl(server, source));
    assert.ok((manifest.storage?.[0]?.objects ?? 0) > 0, "its stored objects are listed");
    await runByBash(manifest.restoreWithPublicTools, target.url, {
      ...(await account()),
      AWS_ENDPOINT_URL_KMS: "http://127.0.0.1:9",
      ESCROW_KEY: bench.escrowPrivateKeyFile,
    });
    assert.deepEqual(failures(await bench.verify(manifest, target.url)), []);
    const withoutSchemas =
      "^(pg_.*|information_schema|holdfast_restore|realtime|vault|extensions|graphql.*|pgbouncer)$";
    assert.deepEqual(await compareDatabases(server.url(source), target.adminUrl, { withoutSchemas }), []);
  });
});
