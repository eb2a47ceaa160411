import assert from "node:assert/strict";
import { comparePolicies } from "../../../audit/policies/compare-policies.ts";
import { isDeniedByResource, mayByIdentity } from "../../../audit/policies/judge-call.ts";
import { statements } from "../../../audit/policies/statements.ts";

const call = {
  action: "s3:DeleteObjectVersion",
  resource: "arn:aws:s3:::vault/orders/x",
  principal: "arn:aws:iam::1:role/a",
};
const policy = (...Statement: object[]) => JSON.stringify({ Version: "2012-10-17", Statement });
const may = (...all: object[]) => mayByIdentity(statements(policy(...all)), call);
const denied = (...all: object[]) => isDeniedByResource(statements(policy(...all)), call);
const spared = (arn: string, operator = "ArnNotEquals") => ({
  ...{ Effect: "Deny", Principal: "*", Action: "s3:Delete*", Resource: "arn:aws:s3:::vault/*" },
  Condition: { [operator]: { "aws:PrincipalArn": [arn] } },
});

describe("policies as an audit reads them", () => {
  it("tell who may by their own policies", () => {
    assert.equal(may({ Effect: "Allow", Action: "S3:delete*", Resource: "*" }), true);
    assert.equal(may({ Effect: "Allow", NotAction: "iam:*", NotResource: "arn:aws:s3:::other/*" }), true);
    assert.equal(may({ Effect: "Allow", NotAction: "s3:*", Resource: "*" }), false);
    assert.equal(may({ Effect: "Allow", Action: "*", NotResource: "arn:aws:s3:::vault/*" }), false);
    assert.equal(may({ Effect: "Allow", Action: "s3:GetObject", Resource: "*" }), false);
    assert.equal(may({ Effect: "Allow", Action: "*", Resource: "arn:aws:s3:::vault" }), false);
    assert.equal(may(), false);
  });

  it("take a condition on what is allowed for met, and one on what is denied for met by nobody", () => {
    const Condition = { IpAddress: { "aws:SourceIp": "10.0.0.0/8" } };
    const all = { Effect: "Allow", Action: "*", Resource: "*" };
    assert.equal(may({ ...all, Condition }), true);
    assert.equal(may(all, { ...all, Effect: "Deny" }), false);
    assert.equal(may(all, { ...all, Effect: "Deny", Condition }), true);
  });

  it("keep out whom a denial does not spare", () => {
    assert.equal(denied(spared("arn:aws:iam::1:role/b")), true);
    assert.equal(denied(spared("arn:aws:iam::1:role/a")), false);
    assert.equal(denied(spared("arn:aws:iam::1:role/*", "ArnNotLike")), false);
    assert.equal(denied(spared("arn:aws:iam::1:role/b", "StringEquals")), false);
    assert.equal(
      denied({ ...spared("arn:aws:iam::1:role/b"), Principal: { AWS: "arn:aws:iam::1:role/c" } }),
      false,
    );
    assert.equal(denied({ ...spared("arn:aws:iam::1:role/b"), Effect: "Allow" }), false);
  });

  it("are the same in any order, with one element or a list of it, and encoded", () => {
    const one = {
      Sid: "A",
      Effect: "Allow",
      Principal: { AWS: "arn:aws:iam::123456789012:root" },
      Action: "x:Y",
      Resource: ["b", "a"],
    };
    const other = {
      Resource: ["a", "b"],
      Action: ["x:Y"],
      Principal: { AWS: ["123456789012"] },
      Effect: "Allow",
      Sid: "A",
    };
    const { declared, actual } = comparePolicies(policy(one), encodeURIComponent(policy(other)));
    assert.deepEqual([declared, actual], ["A", "A"]);
    assert.equal(comparePolicies(policy(one), policy({ ...one, Resource: "a" })).actual, "A changed");
    assert.equal(
      comparePolicies(policy(one), policy({ ...one, Sid: "B", Effect: "Deny" })).actual,
      "without A; also denies by B",
    );
  });

  it("differ not in the end that Secrets Manager gives to a secret's ARN", () => {
    const of = (ending: string, name = "NAME") =>
      policy({
        Sid: "S",
        Effect: "Allow",
        Action: "a:B",
        Resource: `arn:aws:secretsmanager:r:1:secret:holdfast/x/${name}${ending}`,
      });
    assert.equal(comparePolicies(of("-??????"), of("-AbC123")).actual, "S");
    assert.equal(comparePolicies(of("-??????"), of("-AbC123", "OTHER")).actual, "S changed");
  });
});
