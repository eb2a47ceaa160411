import * as pulumi from "@pulumi/pulumi";

type Values = pulumi.Input<string> | readonly pulumi.Input<string>[];

/** One statement of a policy, in AWS's own words; lists where AWS allows one or many. */
export interface PolicyStatement {
  /** Letters and digits; says what the statement is for. */
  readonly Sid: string;
  readonly Effect: "Allow" | "Deny";
  /** Absent in the policy of a role. */
  readonly Principal?: "*" | Readonly<Record<string, Values>>;
  readonly Action: readonly string[];
  /** Absent in a trust policy. */
  readonly Resource?: readonly pulumi.Input<string>[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, Values>>>>;
}

/** The document as JSON. Always in the same order, so that it changes only when a statement does. */
export function policyDocument(statements: readonly PolicyStatement[]): pulumi.Output<string> {
  return pulumi.jsonStringify({ Version: "2012-10-17", Statement: statements });
}
