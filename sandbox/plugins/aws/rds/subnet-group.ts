import { z } from "zod";
import { awsResource } from "../aws-resource.ts";
import { asSet } from "../canonical.ts";
import { tagList, tagsOf } from "../tag-list.ts";
import { changeTags } from "./rds-tags.ts";

/** @see https://www.pulumi.com/registry/packages/aws/api-docs/rds/subnetgroup/ */
export const subnetGroup = awsResource({
  type: "aws:rds/subnetGroup:SubnetGroup",
  inputs: {
    name: z.string().optional(),
    description: z.string().default("Managed by Pulumi"),
    subnetIds: z.array(z.string()).min(1),
  },
  replaces: ["name"],
  canonical: { subnetIds: asSet },
  unique: ["name"],
  autoName: { longest: 255, lowerCase: true },
  tagged: true,
  absent: ["DBSubnetGroupNotFoundFault"],
  async create({ aws, inputs, tags }) {
    const { name: DBSubnetGroupName = "", description, subnetIds: SubnetIds } = inputs;
    const rds = await aws.client("rds");
    await rds.createDBSubnetGroup({
      ...{ DBSubnetGroupName, SubnetIds, DBSubnetGroupDescription: description, Tags: tagList(tags) },
    });
    return DBSubnetGroupName;
  },
  async read({ aws, id }) {
    const rds = await aws.client("rds");
    const [found] = (await rds.describeDBSubnetGroups({ DBSubnetGroupName: id })).DBSubnetGroups ?? [];
    if (!found) return undefined;
    const { TagList } = await rds.listTagsForResource({ ResourceName: found.DBSubnetGroupArn });
    return {
      name: found.DBSubnetGroupName,
      description: found.DBSubnetGroupDescription,
      subnetIds: found.Subnets?.map(({ SubnetIdentifier }) => SubnetIdentifier),
      vpcId: found.VpcId,
      supportedNetworkTypes: found.SupportedNetworkTypes,
      arn: found.DBSubnetGroupArn,
      tagsAll: tagsOf(TagList),
    };
  },
  async update({ aws, id, inputs, outputs, changed, ...tagging }) {
    const rds = await aws.client("rds");
    const { description: DBSubnetGroupDescription, subnetIds: SubnetIds } = inputs;
    if (changed("description", "subnetIds"))
      await rds.modifyDBSubnetGroup({ DBSubnetGroupName: id, DBSubnetGroupDescription, SubnetIds });
    if (changed("tags")) await changeTags(rds, String(outputs.arn), tagging);
  },
  async delete({ aws, id }) {
    await (await aws.client("rds")).deleteDBSubnetGroup({ DBSubnetGroupName: id });
  },
});
