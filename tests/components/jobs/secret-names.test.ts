import assert from "node:assert/strict";
import { secretNames } from "../../../components/jobs/secret-names.ts";
import { HoldfastError } from "../../../plan/holdfast-error.ts";

const ARN = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:orders";

describe("secretNames", () => {
  it("finds every variable at any depth once, sorted", () => {
    const part = {
      connection: { env: "URL" },
      access: { id: { env: "KEY_ID" }, key: { env: "KEY" }, endpoint: "https://example.com" },
      more: [{ token: { env: "URL" } }, { token: { env: "A" } }],
    };
    assert.deepEqual(secretNames(part, "it"), ["A", "KEY", "KEY_ID", "URL"]);
  });

  it("finds none where there is none", () => {
    for (const part of [undefined, null, "env", 3, {}, [], { kms: "alias/a" }, { access: undefined }])
      assert.deepEqual(secretNames(part, "it"), []);
  });

  it("leaves to the job what it reads by ARN", () => {
    assert.deepEqual(secretNames({ connection: { secretArn: ARN } }, "it"), []);
  });

  it("takes no setting of that name for a reference", () => {
    assert.deepEqual(secretNames({ env: { env: "A" }, file: { size: 1 } }, "it"), ["A"]);
    assert.deepEqual(secretNames({ env: "A", also: "b" }, "it"), []);
  });

  it("refuses a file, and names where it stands, not which it is", () => {
    assert.throws(
      () => secretNames({ access: { key: { file: "/run/secrets/key" } } }, "projects.orders"),
      (error) =>
        error instanceof HoldfastError &&
        error.code === "SECRET_OUT_OF_REACH" &&
        error.exitCode === 2 &&
        error.message.startsWith("projects.orders.access.key names a file") &&
        !error.message.includes("/run"),
    );
  });
});
