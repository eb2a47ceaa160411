import type { EC2 } from "@aws-sdk/client-ec2";
import { z } from "zod";
import { awsResource } from "../aws-resource.ts";
import { tagsOf } from "../tag-list.ts";
import { ec2Arn } from "./ec2-arn.ts";
import { changeTags, tagged } from "./ec2-tags.ts";

/** @see https://www.pulumi.com/registry/packages/aws/api-docs/ec2/vpc/ */
export const vpc = awsResource({
  type: "aws:ec2/vpc:Vpc",
  inputs: {
    cidrBlock: z.string(),
    instanceTenancy: z.enum(["default", "dedicated"]).default("default"),
    enableDnsSupport: z.boolean().default(true),
    enableDnsHostnames: z.boolean().default(false),
  },
  replaces: ["cidrBlock", "instanceTenancy"],
  tagged: true,
  absent: ["InvalidVpcID.NotFound"],
  async create({ aws, inputs, tags, exists }) {
    const ec2 = await aws.client("ec2");
    const { Vpc } = await ec2.createVpc({
      CidrBlock: inputs.cidrBlock,
      InstanceTenancy: inputs.instanceTenancy,
      ...tagged("vpc", tags),
    });
    const id = Vpc?.VpcId ?? "";
    exists(id);
    await changeDns(ec2, id, inputs);
    return id;
  },
  async read({ aws, id }) {
    const ec2 = await aws.client("ec2");
    const [found] = (await ec2.describeVpcs({ VpcIds: [id] })).Vpcs ?? [];
    if (!found) return undefined;
    const inVpc = [{ Name: "vpc-id", Values: [id] }];
    const [support, hostnames, tables, groups, lists] = await Promise.all([
      ec2.describeVpcAttribute({ VpcId: id, Attribute: "enableDnsSupport" }),
      ec2.describeVpcAttribute({ VpcId: id, Attribute: "enableDnsHostnames" }),
      ec2.describeRouteTables({ Filters: [...inVpc, { Name: "association.main", Values: ["true"] }] }),
      ec2.describeSecurityGroups({ Filters: [...inVpc, { Name: "group-name", Values: ["default"] }] }),
      ec2.describeNetworkAcls({ Filters: [...inVpc, { Name: "default", Values: ["true"] }] }),
    ]);
    const mainRouteTableId = tables.RouteTables?.[0]?.RouteTableId;
    return {
      cidrBlock: found.CidrBlock,
      instanceTenancy: found.InstanceTenancy,
      enableDnsSupport: support.EnableDnsSupport?.Value,
      enableDnsHostnames: hostnames.EnableDnsHostnames?.Value,
      arn: await ec2Arn(aws, `vpc/${id}`, found.OwnerId),
      ownerId: found.OwnerId,
      dhcpOptionsId: found.DhcpOptionsId,
      mainRouteTableId,
      defaultRouteTableId: mainRouteTableId,
      defaultSecurityGroupId: groups.SecurityGroups?.[0]?.GroupId,
      defaultNetworkAclId: lists.NetworkAcls?.[0]?.NetworkAclId,
      tagsAll: tagsOf(found.Tags),
    };
  },
  async update({ aws, id, inputs, changed, ...tagging }) {
    const ec2 = await aws.client("ec2");
    if (changed("enableDnsSupport", "enableDnsHostnames")) await changeDns(ec2, id, inputs);
    if (changed("tags")) await changeTags(ec2, id, tagging);
  },
  async delete({ aws, id }) {
    await (await aws.client("ec2")).deleteVpc({ VpcId: id });
  },
});

/** One attribute a call is all that the API takes; host names need the support on. */
async function changeDns(
  ec2: EC2,
  VpcId: string,
  inputs: { readonly enableDnsSupport: boolean; readonly enableDnsHostnames: boolean },
): Promise<void> {
  await ec2.modifyVpcAttribute({ VpcId, EnableDnsSupport: { Value: inputs.enableDnsSupport } });
  await ec2.modifyVpcAttribute({ VpcId, EnableDnsHostnames: { Value: inputs.enableDnsHostnames } });
}
