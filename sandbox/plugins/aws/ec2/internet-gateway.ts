import type { EC2 } from "@aws-sdk/client-ec2";
import { z } from "zod";
import { awsResource } from "../aws-resource.ts";
import { tagsOf } from "../tag-list.ts";
import { ec2Arn } from "./ec2-arn.ts";
import { changeTags, tagged } from "./ec2-tags.ts";

/** @see https://www.pulumi.com/registry/packages/aws/api-docs/ec2/internetgateway/ */
export const internetGateway = awsResource({
  type: "aws:ec2/internetGateway:InternetGateway",
  inputs: { vpcId: z.string().optional() },
  computed: ["vpcId"],
  tagged: true,
  absent: ["InvalidInternetGatewayID.NotFound"],
  async create({ aws, inputs, tags, exists }) {
    const ec2 = await aws.client("ec2");
    const { InternetGateway } = await ec2.createInternetGateway(tagged("internet-gateway", tags));
    const id = InternetGateway?.InternetGatewayId ?? "";
    exists(id);
    if (inputs.vpcId) await ec2.attachInternetGateway({ InternetGatewayId: id, VpcId: inputs.vpcId });
    return id;
  },
  async read({ aws, id }) {
    const found = await find(await aws.client("ec2"), id);
    return (
      found && {
        vpcId: found.Attachments?.[0]?.VpcId ?? "",
        ownerId: found.OwnerId,
        arn: await ec2Arn(aws, `internet-gateway/${id}`, found.OwnerId),
        tagsAll: tagsOf(found.Tags),
      }
    );
  },
  async update({ aws, id, inputs, changed, ...tagging }) {
    const ec2 = await aws.client("ec2");
    if (changed("vpcId")) {
      await detach(ec2, id);
      if (inputs.vpcId) await ec2.attachInternetGateway({ InternetGatewayId: id, VpcId: inputs.vpcId });
    }
    if (changed("tags")) await changeTags(ec2, id, tagging);
  },
  async delete({ aws, id }) {
    const ec2 = await aws.client("ec2");
    await detach(ec2, id);
    await ec2.deleteInternetGateway({ InternetGatewayId: id });
  },
});

async function find(ec2: EC2, id: string) {
  const { InternetGateways = [] } = await ec2.describeInternetGateways({ InternetGatewayIds: [id] });
  return InternetGateways[0];
}

async function detach(ec2: EC2, id: string): Promise<void> {
  const found = await find(ec2, id);
  for (const { VpcId } of found?.Attachments ?? [])
    await ec2.detachInternetGateway({ InternetGatewayId: id, VpcId });
}
