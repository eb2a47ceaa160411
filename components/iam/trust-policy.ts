import * as pulumi from "@pulumi/pulumi";
import type { StackFacts } from "../stack-facts.ts";
import type { PolicyStatement } from "./policy-document.ts";

/** A service that may take the role on, for this account alone: no other customer's task can have it do so. */
export function trustService(facts: StackFacts, services: readonly string[]): PolicyStatement {
  return {
    Sid: "TrustServices",
    Effect: "Allow",
    Principal: { Service: services.map((service) => `${service}.amazonaws.com`) },
    Action: ["sts:AssumeRole"],
    Condition: { StringEquals: { "aws:SourceAccount": facts.accountId } },
  };
}

/**
 * People and pipelines of the account whose own policy lets them take the role on.
 * @param secondFactorSeconds how old their second factor may be; none is asked for when absent
 */
export function trustAccount(
  { partition, accountId }: StackFacts,
  secondFactorSeconds?: number,
): PolicyStatement {
  return {
    Sid: "TrustAccount",
    Effect: "Allow",
    Principal: { AWS: pulumi.interpolate`arn:${partition}:iam::${accountId}:root` },
    Action: ["sts:AssumeRole"],
    ...(secondFactorSeconds !== undefined && {
      Condition: {
        Bool: { "aws:MultiFactorAuthPresent": "true" },
        NumericLessThanEquals: { "aws:MultiFactorAuthAge": String(secondFactorSeconds) },
      },
    }),
  };
}

/**
 * EventBridge brings events to another region. Whether it names the account that it does so for is UNVERIFIED, and a
 * condition that it does not meet would keep an alert back; who sets it up must be allowed to pass the role on.
 */
export const TRUST_EVENTS: PolicyStatement = {
  Sid: "TrustEvents",
  Effect: "Allow",
  Principal: { Service: ["events.amazonaws.com"] },
  Action: ["sts:AssumeRole"],
};

/** S3 copies with the role of its own account only, as whoever sets it up must be allowed to pass it on. */
export const TRUST_S3: PolicyStatement = {
  Sid: "TrustReplication",
  Effect: "Allow",
  Principal: { Service: ["s3.amazonaws.com"] },
  Action: ["sts:AssumeRole"],
};
