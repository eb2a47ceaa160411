import type { EC2 } from "@aws-sdk/client-ec2";
import { z } from "zod";
import { awsResource } from "../aws-resource.ts";
import { tagsOf } from "../tag-list.ts";
import { changeTags, tagged } from "./ec2-tags.ts";

/** @see https://www.pulumi.com/registry/packages/aws/api-docs/ec2/subnet/ */
export const subnet = awsResource({
  type: "aws:ec2/subnet:Subnet",
  inputs: {
    vpcId: z.string(),
    cidrBlock: z.string(),
    availabilityZone: z.string().optional(),
    mapPublicIpOnLaunch: z.boolean().default(false),
  },
  replaces: ["vpcId", "cidrBlock", "availabilityZone"],
  computed: ["availabilityZone"],
  unique: ["vpcId", "cidrBlock"],
  tagged: true,
  absent: ["InvalidSubnetID.NotFound", "InvalidSubnet.NotFound"],
  async create({ aws, inputs, tags, exists }) {
    const ec2 = await aws.client("ec2");
    const { vpcId: VpcId, cidrBlock: CidrBlock, availabilityZone: AvailabilityZone } = inputs;
    const { Subnet } = await ec2.createSubnet({
      ...{ VpcId, CidrBlock, AvailabilityZone },
      ...tagged("subnet", tags),
    });
    const id = Subnet?.SubnetId ?? "";
    exists(id);
    await mapPublicIp(ec2, id, inputs.mapPublicIpOnLaunch);
    return id;
  },
  async read({ aws, id }) {
    const ec2 = await aws.client("ec2");
    const [found] = (await ec2.describeSubnets({ SubnetIds: [id] })).Subnets ?? [];
    return (
      found && {
        vpcId: found.VpcId,
        cidrBlock: found.CidrBlock,
        availabilityZone: found.AvailabilityZone,
        availabilityZoneId: found.AvailabilityZoneId,
        mapPublicIpOnLaunch: found.MapPublicIpOnLaunch,
        arn: found.SubnetArn,
        ownerId: found.OwnerId,
        tagsAll: tagsOf(found.Tags),
      }
    );
  },
  async update({ aws, id, inputs, changed, ...tagging }) {
    const ec2 = await aws.client("ec2");
    if (changed("mapPublicIpOnLaunch")) await mapPublicIp(ec2, id, inputs.mapPublicIpOnLaunch);
    if (changed("tags")) await changeTags(ec2, id, tagging);
  },
  async delete({ aws, id }) {
    await (await aws.client("ec2")).deleteSubnet({ SubnetId: id });
  },
});

async function mapPublicIp(ec2: EC2, SubnetId: string, Value: boolean): Promise<void> {
  await ec2.modifySubnetAttribute({ SubnetId, MapPublicIpOnLaunch: { Value } });
}
