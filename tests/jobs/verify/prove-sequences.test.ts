import assert from "node:assert/strict";
import type { ProofContext } from "../../../jobs/verify/proof-context.ts";
import { proveSequences } from "../../../jobs/verify/prove-sequences.ts";

interface Standing {
  readonly lastValue: string;
  readonly isCalled?: boolean;
  readonly increment?: string;
}

/** Proves one sequence; only what the proof reads of a context is there. */
function prove(expected: Standing, actual: Standing, recoveredFromWal = false): string {
  const sequence = ({ lastValue, isCalled = true, increment = "1" }: Standing) => ({
    schema: "public",
    name: "s",
    lastValue,
    isCalled,
    increment,
  });
  const context = {
    manifest: { sequences: [sequence(expected)] },
    catalog: { sequences: [sequence(actual)], unreadableSequences: [] },
    roles: { user: "postgres" },
    recoveredFromWal,
  };
  const [check] = proveSequences(context as unknown as ProofContext);
  return check?.verdict ?? "none";
}

describe("the proof of sequences", () => {
  it("of a restored database wants each exactly where the point says", () => {
    assert.equal(prove({ lastValue: "40" }, { lastValue: "40" }), "PASS");
    assert.equal(prove({ lastValue: "40" }, { lastValue: "41" }), "FAIL");
    assert.equal(prove({ lastValue: "40" }, { lastValue: "39" }), "FAIL");
    assert.equal(prove({ lastValue: "1", isCalled: false }, { lastValue: "1" }), "FAIL");
  });

  it("of a database recovered from its log lets each be ahead by what the server logs in advance", () => {
    assert.equal(prove({ lastValue: "40" }, { lastValue: "72" }, true), "PASS");
    assert.equal(prove({ lastValue: "40" }, { lastValue: "73" }, true), "FAIL");
    assert.equal(prove({ lastValue: "40" }, { lastValue: "39" }, true), "FAIL");
    const tens = { increment: "10" };
    assert.equal(prove({ lastValue: "40", ...tens }, { lastValue: "360", ...tens }, true), "PASS");
    assert.equal(prove({ lastValue: "40", ...tens }, { lastValue: "365", ...tens }, true), "FAIL");
    const down = { increment: "-1" };
    assert.equal(prove({ lastValue: "-40", ...down }, { lastValue: "-72", ...down }, true), "PASS");
    assert.equal(prove({ lastValue: "-40", ...down }, { lastValue: "-39", ...down }, true), "FAIL");
  });
});
