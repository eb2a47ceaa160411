import { waitUntilNatGatewayAvailable, waitUntilNatGatewayDeleted } from "@aws-sdk/client-ec2";
import { z } from "zod";
import { awsResource } from "../aws-resource.ts";
import { tagsOf } from "../tag-list.ts";
import { changeTags, tagged } from "./ec2-tags.ts";

/** Longest time that AWS is given to make or remove one, as the real provider's, in seconds. */
const CREATE_SECONDS = 600;
const DELETE_SECONDS = 1800;

/** @see https://www.pulumi.com/registry/packages/aws/api-docs/ec2/natgateway/ */
export const natGateway = awsResource({
  type: "aws:ec2/natGateway:NatGateway",
  inputs: {
    subnetId: z.string(),
    allocationId: z.string().optional(),
    connectivityType: z.enum(["public", "private"]).default("public"),
  },
  replaces: ["subnetId", "allocationId", "connectivityType"],
  unique: ["allocationId"],
  tagged: true,
  absent: ["NatGatewayNotFound", "InvalidNatGatewayID.NotFound"],
  async create({ aws, inputs, tags, timeoutSeconds, exists }) {
    const client = await aws.client("ec2");
    const { NatGateway } = await client.createNatGateway({
      SubnetId: inputs.subnetId,
      AllocationId: inputs.allocationId,
      ConnectivityType: inputs.connectivityType,
      ...tagged("natgateway", tags),
    });
    const id = NatGateway?.NatGatewayId ?? "";
    exists(id);
    await waitUntilNatGatewayAvailable(
      { client, maxWaitTime: timeoutSeconds || CREATE_SECONDS },
      { NatGatewayIds: [id] },
    );
    return id;
  },
  async read({ aws, id, inputs }) {
    const ec2 = await aws.client("ec2");
    const [found] = (await ec2.describeNatGateways({ NatGatewayIds: [id] })).NatGateways ?? [];
    if (!found || found.State === "deleted" || found.State === "deleting") return undefined;
    const [address] = found.NatGatewayAddresses ?? [];
    return {
      subnetId: found.SubnetId,
      // Some emulators tell no addresses.
      allocationId: address ? address.AllocationId : inputs.allocationId,
      connectivityType: found.ConnectivityType,
      associationId: address?.AssociationId,
      networkInterfaceId: address?.NetworkInterfaceId,
      privateIp: address?.PrivateIp,
      publicIp: address?.PublicIp,
      tagsAll: tagsOf(found.Tags),
    };
  },
  async update({ aws, id, changed, ...tagging }) {
    if (changed("tags")) await changeTags(await aws.client("ec2"), id, tagging);
  },
  async delete({ aws, id, timeoutSeconds }) {
    const client = await aws.client("ec2");
    await client.deleteNatGateway({ NatGatewayId: id });
    await waitUntilNatGatewayDeleted(
      { client, maxWaitTime: timeoutSeconds || DELETE_SECONDS },
      { NatGatewayIds: [id] },
    );
  },
});
