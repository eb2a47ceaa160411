import assert from "node:assert/strict";
import { declaresVault } from "../../plan/declares-vault.ts";
import { smallPlan } from "../components/support/protection.ts";

describe("declaresVault", () => {
  const of = (vault: object) => declaresVault(smallPlan(vault).vault);

  it("is for AWS, also behind other addresses, and not for a store elsewhere", () => {
    const endpoint = "https://s3.example.com";
    assert.equal(of({}), true);
    assert.equal(of({ endpoint, kmsEndpoint: "https://kms.example.com" }), true);
    assert.equal(of({ endpoint }), false);
  });
});
