import { z } from "zod";
import { awsResource } from "../aws-resource.ts";
import { asPolicy, asSet } from "../canonical.ts";
import { document } from "../document.ts";
import { tagsOf } from "../tag-list.ts";
import { ec2Arn } from "./ec2-arn.ts";
import { changeTags, tagged } from "./ec2-tags.ts";

const ids = z.array(z.string()).optional();

/** @see https://www.pulumi.com/registry/packages/aws/api-docs/ec2/vpcendpoint/ */
export const vpcEndpoint = awsResource({
  type: "aws:ec2/vpcEndpoint:VpcEndpoint",
  inputs: {
    vpcId: z.string(),
    serviceName: z.string(),
    vpcEndpointType: z.enum(["Gateway", "Interface"]).default("Gateway"),
    routeTableIds: ids,
    subnetIds: ids,
    securityGroupIds: ids,
    privateDnsEnabled: z.boolean().optional(),
    policy: document.optional(),
  },
  replaces: ["vpcId", "serviceName", "vpcEndpointType"],
  computed: ["routeTableIds", "subnetIds", "securityGroupIds", "privateDnsEnabled", "policy"],
  canonical: { routeTableIds: asSet, subnetIds: asSet, securityGroupIds: asSet, policy: asPolicy },
  unique: ["vpcId", "serviceName"],
  tagged: true,
  absent: ["InvalidVpcEndpointId.NotFound"],
  async create({ aws, inputs, tags }) {
    const ec2 = await aws.client("ec2");
    const { VpcEndpoint } = await ec2.createVpcEndpoint({
      VpcId: inputs.vpcId,
      ServiceName: inputs.serviceName,
      VpcEndpointType: inputs.vpcEndpointType,
      RouteTableIds: inputs.routeTableIds,
      SubnetIds: inputs.subnetIds,
      SecurityGroupIds: inputs.securityGroupIds,
      PrivateDnsEnabled: inputs.privateDnsEnabled,
      PolicyDocument: inputs.policy,
      ...tagged("vpc-endpoint", tags),
    });
    return VpcEndpoint?.VpcEndpointId ?? "";
  },
  async read({ aws, id }) {
    const ec2 = await aws.client("ec2");
    const [found] = (await ec2.describeVpcEndpoints({ VpcEndpointIds: [id] })).VpcEndpoints ?? [];
    if (!found || found.State?.toLowerCase() === "deleted") return undefined;
    const Filters = [{ Name: "prefix-list-name", Values: [found.ServiceName ?? ""] }];
    const isGateway = found.VpcEndpointType === "Gateway";
    const { PrefixLists = [] } = isGateway ? await ec2.describePrefixLists({ Filters }) : {};
    return {
      vpcId: found.VpcId,
      serviceName: found.ServiceName,
      vpcEndpointType: found.VpcEndpointType,
      routeTableIds: found.RouteTableIds,
      subnetIds: found.SubnetIds,
      securityGroupIds: found.Groups?.map(({ GroupId }) => GroupId),
      privateDnsEnabled: found.PrivateDnsEnabled,
      policy: found.PolicyDocument,
      state: found.State,
      networkInterfaceIds: found.NetworkInterfaceIds,
      dnsEntries: found.DnsEntries?.map(({ DnsName, HostedZoneId }) => ({
        dnsName: DnsName,
        hostedZoneId: HostedZoneId,
      })),
      prefixListId: PrefixLists[0]?.PrefixListId,
      cidrBlocks: PrefixLists[0]?.Cidrs,
      requesterManaged: found.RequesterManaged,
      ownerId: found.OwnerId,
      arn: await ec2Arn(aws, `vpc-endpoint/${id}`, found.OwnerId),
      tagsAll: tagsOf(found.Tags),
    };
  },
  async update({ aws, id, inputs, outputs, changed, ...tagging }) {
    const ec2 = await aws.client("ec2");
    const routeTables = change(outputs.routeTableIds, inputs.routeTableIds);
    const subnets = change(outputs.subnetIds, inputs.subnetIds);
    const groups = change(outputs.securityGroupIds, inputs.securityGroupIds);
    if (changed("routeTableIds", "subnetIds", "securityGroupIds", "privateDnsEnabled", "policy"))
      await ec2.modifyVpcEndpoint({
        VpcEndpointId: id,
        ...(changed("policy") ? { PolicyDocument: inputs.policy } : {}),
        ...(changed("privateDnsEnabled") ? { PrivateDnsEnabled: inputs.privateDnsEnabled } : {}),
        ...{ AddRouteTableIds: routeTables.added, RemoveRouteTableIds: routeTables.gone },
        ...{ AddSubnetIds: subnets.added, RemoveSubnetIds: subnets.gone },
        ...{ AddSecurityGroupIds: groups.added, RemoveSecurityGroupIds: groups.gone },
      });
    if (changed("tags")) await changeTags(ec2, id, tagging);
  },
  async delete({ aws, id }) {
    const ec2 = await aws.client("ec2");
    const { Unsuccessful = [] } = await ec2.deleteVpcEndpoints({ VpcEndpointIds: [id] });
    const [failed] = Unsuccessful;
    if (failed && failed.Error?.Code !== "InvalidVpcEndpointId.NotFound")
      throw new Error(`${failed.Error?.Code}: ${failed.Error?.Message}`);
  },
});

/** Ids that come and go; none where the program leaves the property out. */
function change(
  before: unknown,
  after: readonly string[] | undefined,
): { added?: string[]; gone?: string[] } {
  if (after === undefined || !Array.isArray(before)) return {};
  const added = after.filter((id) => !before.includes(id));
  const gone = before.map(String).filter((id) => !after.includes(id));
  return { ...(added.length > 0 ? { added } : {}), ...(gone.length > 0 ? { gone } : {}) };
}
