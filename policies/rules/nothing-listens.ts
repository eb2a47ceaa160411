import { rule, unless } from "../support/rule.ts";

interface Ingress {
  readonly cidrBlocks?: readonly string[];
  readonly ipv6CidrBlocks?: readonly string[];
}

/** Jobs call out and are never called. */
export const nothingListens = rule(
  "nothing-listens",
  "No security group lets the world in.",
  ["aws:ec2/securityGroup:SecurityGroup"],
  ({ props }) => {
    const ranges = ((props.ingress ?? []) as Ingress[]).flatMap(({ cidrBlocks, ipv6CidrBlocks }) => [
      ...(cidrBlocks ?? []),
      ...(ipv6CidrBlocks ?? []),
    ]);
    return unless([
      !ranges.some((range) => /\/0$/.test(range)),
      "remove the inbound rule that is open to every address",
    ]);
  },
);
