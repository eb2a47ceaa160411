import { createJobBench } from "../support/jobs.ts";
import { writePlanFile } from "../support/plan-file.ts";
import { assertRefused } from "../support/refusals.ts";
import { createStorageBench, PHOTOS, type StorageBench, storageProject } from "../support/storage-bench.ts";

const REF = "abcdefghijklmnopqrst";
const variables = {
  TARGET_STORAGE_ACCESS_KEY_ID: "an-id",
  TARGET_STORAGE_SECRET_ACCESS_KEY: "a-secret-of-the-target",
  NEW_URL: "postgresql://postgres:a-password@127.0.0.1:1/postgres",
};
const secrets = ["a-secret-of-the-target", "a-password"];

describe("npm run restore-storage", function () {
  this.timeout(60_000);
  let bench: StorageBench;
  let plan: string;
  before(async () => {
    bench = await createStorageBench(storageProject([{ bucket: PHOTOS }], { ref: REF }));
    await bench.backup(bench.url);
    const storageAccess = { accessKeyId: { env: "UNUSED" }, secretAccessKey: { env: "UNUSED" } };
    const project = { kind: "supabase", ref: REF, storage: [{ bucket: PHOTOS }], storageAccess };
    plan = await writePlanFile(bench.settings, { project });
  });
  after(() => bench?.close());

  const refused = (code: string, exitCode: 1 | 2 | 3, ...args: string[]) =>
    assertRefused("restore-storage", ["--plan", plan, ...args], { code, exitCode, variables, secrets });

  it("refuses a target that is not named, is half a project, or has no keys", async () => {
    await refused("USAGE", 2);
    await refused("USAGE", 2, "--target-project", "too-short", "--target-env", "NEW_URL");
    await refused("USAGE", 2, "--target-project", "bcdefghijklmnopqrstu");
    const keys = ["--target-keys", "NOT_SET,NOT_SET_EITHER"];
    await refused(
      "SECRET_MISSING",
      2,
      "--target-endpoint",
      "http://127.0.0.1:1",
      "--target-bucket",
      "b",
      ...keys,
    );
  });

  it("refuses the plan's own project under any of its names, and a target that was not typed", async () => {
    const confirmed = ["--target-env", "NEW_URL", "--confirm", REF];
    await refused("TARGET_IS_SOURCE", 1, "--target-project", REF, ...confirmed);
    const endpoint = `https://${REF}.supabase.co/storage/v1/s3`;
    await refused("TARGET_IS_SOURCE", 1, "--target-endpoint", endpoint, ...confirmed);
    const other = ["--target-project", "bcdefghijklmnopqrstu", "--target-env", "NEW_URL"];
    await refused("TARGET_NOT_CONFIRMED", 2, ...other, "--confirm", REF);
  });

  it("refuses a point without stored objects", async () => {
    const plain = await createJobBench();
    await plain.backup(bench.url);
    const args = ["--plan", await writePlanFile(plain.settings), "--target-endpoint", "http://127.0.0.1:1"];
    const refusal = { code: "POINT_WITHOUT_INVENTORY", exitCode: 2, variables } as const;
    await assertRefused("restore-storage", [...args, "--target-bucket", "b", "--confirm", "b"], refusal);
  });
});
