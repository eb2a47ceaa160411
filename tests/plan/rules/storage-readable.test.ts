import { testRules } from "../support/plan-fixture.ts";

const project = "projects.0";
const access = { accessKeyId: { env: "ID" }, secretAccessKey: { env: "KEY" } };

describe("rule storage-readable", () => {
  testRules([
    {
      rule: "a bucket is mirrored once",
      accepts: {
        [`${project}.storageAccess`]: access,
        [`${project}.storage`]: [{ bucket: "a" }, { bucket: "b" }],
      },
      refuses: {
        [`${project}.storageAccess`]: access,
        [`${project}.storage`]: [{ bucket: "a" }, { bucket: "a" }],
      },
      path: "projects[0].storage[1].bucket",
      value: '"a"',
      bound: /named once/,
      fix: /remove it, storage\[0\] mirrors it/,
    },
    {
      rule: "buckets need a key to be read with",
      accepts: { [`${project}.storageAccess`]: access, [`${project}.storage`]: [{ bucket: "a" }] },
      refuses: { [`${project}.storage`]: [{ bucket: "a" }] },
      path: "projects[0].storageAccess",
      value: "missing",
      bound: /references to the S3 keys/,
      fix: /add storageAccess: \{accessKeyId/,
    },
  ]);
});
