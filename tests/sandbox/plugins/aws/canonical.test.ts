import assert from "node:assert/strict";
import fc from "fast-check";
import { asJson, asPolicy, asSet } from "../../../../sandbox/plugins/aws/canonical.ts";
import { sameValues } from "../../../../sandbox/plugins/aws/same-values.ts";

const policy = (statement: object, version = "2012-10-17"): string =>
  JSON.stringify({ Version: version, Statement: statement });
const READ = { Effect: "Allow", Action: "s3:GetObject", Resource: "*" };

describe("comparison of policies", () => {
  const same = (one: string, other: string): boolean => sameValues(one, other, asPolicy);

  it("takes for one what AWS takes for one", () => {
    assert.ok(same(policy(READ), policy([{ Resource: ["*"], Action: ["s3:GetObject"], Effect: "Allow" }])));
    const actions = ["s3:GetObject", "s3:ListBucket"];
    assert.ok(
      same(policy({ ...READ, Action: actions }), policy({ ...READ, Action: [...actions].reverse() })),
    );
    const account = { AWS: "111122223333" };
    const root = { AWS: ["arn:aws:iam::111122223333:root"] };
    assert.ok(same(policy({ ...READ, Principal: account }), policy({ ...READ, Principal: root })));
    const secure = (value: unknown) => ({ ...READ, Condition: { Bool: { "aws:SecureTransport": value } } });
    assert.ok(same(policy(secure(false)), policy(secure(["false"]))));
    assert.ok(same(policy({ ...READ, Sid: "" }), policy(READ)));
    assert.ok(same(`${policy(READ)}\n`, policy(READ)));
  });

  it("sees every other difference", () => {
    const others = [
      policy({ ...READ, Effect: "Deny" }),
      policy({ ...READ, Action: ["s3:GetObject", "s3:PutObject"] }),
      policy({ ...READ, Resource: "arn:aws:s3:::a/*" }),
      policy({ ...READ, NotAction: "s3:GetObject" }),
      policy({ ...READ, Sid: "reads" }),
      policy({ ...READ, Principal: "*" }),
      policy({ ...READ, Condition: { Bool: { "aws:SecureTransport": "false" } } }),
      policy(READ, "2008-10-17"),
      policy([READ, { ...READ, Effect: "Deny" }]),
      policy([]),
      "not JSON",
      "",
    ];
    for (const other of others) assert.ok(!same(policy(READ), other), other);
  });
});

describe("comparison of values", () => {
  it("takes what is empty, false or zero for what is left out, but not within a list", () => {
    assert.ok(sameValues({ a: 1, b: false, c: "", d: 0, e: {}, f: [], g: null }, { a: 1 }));
    assert.ok(sameValues(undefined, {}));
    assert.ok(!sameValues({ a: 1 }, { a: 2 }));
    assert.ok(!sameValues({ a: true }, {}));
    assert.ok(!sameValues([""], []));
    assert.ok(!sameValues([0, 1], [1]));
  });

  it("takes the order of a set, and the form of a JSON text, for nothing", () => {
    assert.ok(sameValues(["b", "a"], ["a", "b"], asSet));
    assert.ok(!sameValues(["b", "a"], ["a", "b"]));
    assert.ok(!sameValues(["a", "a"], ["a"], asSet));
    fc.assert(
      fc.property(fc.jsonValue(), (value) =>
        sameValues(JSON.stringify(value, null, 2), JSON.stringify(value), asJson),
      ),
    );
  });
});
