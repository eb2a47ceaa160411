import * as pulumi from "@pulumi/pulumi";
import type { PolicyStatement } from "./policy-document.ts";
import type { RoleScope } from "./role-scope.ts";

/**
 * What EventBridge brings events of the replica's region to the vault's with.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-bus-perms.html
 */
export function forwarderPolicy({ facts }: RoleScope): PolicyStatement[] {
  const { partition, region, accountId } = facts;
  return [
    {
      Sid: "TellTheVaultsRegion",
      Effect: "Allow",
      Action: ["events:PutEvents"],
      Resource: [pulumi.interpolate`arn:${partition}:events:${region}:${accountId}:event-bus/default`],
    },
  ];
}
