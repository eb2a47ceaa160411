import assert from "node:assert/strict";
import { HalfDone } from "../../../components/supabase/half-done.ts";
import { providerError } from "../../../components/supabase/provider-error.ts";
import { HoldfastError } from "../../../plan/holdfast-error.ts";

const known = new HoldfastError({ code: "THING_BROKEN", message: "the thing broke", hint: "Mend it" });

describe("providerError", () => {
  it("tells message, hint and code in the one text that is shown, without a stack", () => {
    const error = providerError(known);
    assert.equal(error.message, "The thing broke. Mend it. [THING_BROKEN]");
    assert.equal(error.stack, error.message);
  });

  it("keeps the stack of what nobody foresaw, and takes secrets out of both", () => {
    const error = providerError(new Error("failed with sbp_00000000000000000000000000000000deadbeef"));
    assert.equal(error.message, "failed with sbp_***");
    assert.match(error.stack ?? "", /at /);
    assert.doesNotMatch(error.stack ?? "", /deadbeef/);
    assert.equal(providerError("password=hunter2").message, "password=***");
  });

  it("hands over what is half done in the form that the SDK saves", () => {
    const error = providerError(new HalfDone("id", { ref: "a", size: undefined }, known));
    assert.deepEqual(
      { ...error },
      {
        ...error,
        id: "id",
        properties: { ref: "a" },
        reasons: ["The thing broke. Mend it. [THING_BROKEN]"],
      },
    );
  });
});
