import { z } from "zod";
import { awsResource } from "../aws-resource.ts";
import { tagsOf } from "../tag-list.ts";
import { ec2Arn } from "./ec2-arn.ts";
import { changeTags, tagged } from "./ec2-tags.ts";

/** An address, not bound to anything: a NAT gateway takes it by its id. */
export const eip = awsResource({
  type: "aws:ec2/eip:Eip",
  inputs: { domain: z.literal("vpc").optional() },
  replaces: ["domain"],
  computed: ["domain"],
  tagged: true,
  absent: ["InvalidAllocationID.NotFound"],
  async create({ aws, tags }) {
    const ec2 = await aws.client("ec2");
    const { AllocationId = "" } = await ec2.allocateAddress({ Domain: "vpc", ...tagged("elastic-ip", tags) });
    return AllocationId;
  },
  async read({ aws, id }) {
    const ec2 = await aws.client("ec2");
    const [found] = (await ec2.describeAddresses({ AllocationIds: [id] })).Addresses ?? [];
    return (
      found && {
        domain: found.Domain,
        allocationId: id,
        associationId: found.AssociationId,
        publicIp: found.PublicIp,
        privateIp: found.PrivateIpAddress,
        arn: await ec2Arn(aws, `elastic-ip/${id}`, undefined),
        tagsAll: tagsOf(found.Tags),
      }
    );
  },
  async update({ aws, id, changed, ...tagging }) {
    if (changed("tags")) await changeTags(await aws.client("ec2"), id, tagging);
  },
  async delete({ aws, id }) {
    await (await aws.client("ec2")).releaseAddress({ AllocationId: id });
  },
});
