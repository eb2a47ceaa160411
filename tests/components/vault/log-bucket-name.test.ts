import assert from "node:assert/strict";
import { logBucketName } from "../../../components/vault/log-bucket-name.ts";

describe("logBucketName", () => {
  it("is the bucket's with an ending", () => {
    assert.equal(logBucketName("holdfast-prod-vault"), "holdfast-prod-vault-logs");
    assert.equal(logBucketName("b".repeat(58)), `${"b".repeat(58)}-logs`);
  });

  it("fits into what S3 takes and tells long names apart, also where they begin equal", () => {
    const names = [
      `${"b".repeat(60)}-eu`,
      `${"b".repeat(60)}-us`,
      `${"b".repeat(48)}-.-${"c".repeat(12)}`,
    ].map(logBucketName);
    assert.equal(new Set(names).size, 3);
    for (const name of names) assert.match(name, /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/);
    assert.match(names[2] ?? "", /^b{48}-[0-9a-f]{8}-logs$/);
  });
});
