import type { EC2, SecurityGroup } from "@aws-sdk/client-ec2";
import { z } from "zod";
import { awsResource } from "../aws-resource.ts";
import { tagsOf } from "../tag-list.ts";
import { changeTags, tagged } from "./ec2-tags.ts";
import { atomsOf, byAtoms, permissionOf, Rule, type RuleAtom, rulesOf } from "./security-rules.ts";

/** A group that is given no rules gets none: the rule of a new group that lets everything out is taken away. */
export const securityGroup = awsResource({
  type: "aws:ec2/securityGroup:SecurityGroup",
  inputs: {
    name: z.string().optional(),
    vpcId: z.string().optional(),
    description: z.string().default("Managed by Pulumi"),
    ingress: z.array(Rule).optional(),
    egress: z.array(Rule).optional(),
    revokeRulesOnDelete: z.boolean().default(false),
  },
  replaces: ["name", "vpcId", "description"],
  computed: ["vpcId", "ingress", "egress"],
  unread: ["revokeRulesOnDelete"],
  canonical: { ingress: byAtoms, egress: byAtoms },
  unique: ["name", "vpcId"],
  autoName: { longest: 255 },
  tagged: true,
  absent: ["InvalidGroup.NotFound", "InvalidGroupId.NotFound"],
  async create({ aws, inputs, tags, exists }) {
    const ec2 = await aws.client("ec2");
    const { GroupId = "" } = await ec2.createSecurityGroup({
      GroupName: inputs.name,
      Description: inputs.description,
      VpcId: inputs.vpcId,
      ...tagged("security-group", tags),
    });
    exists(GroupId);
    const found = await find(ec2, GroupId);
    await changeRules(
      ec2,
      GroupId,
      "egress",
      atomsOf(rulesOf(found?.IpPermissionsEgress, GroupId)),
      atomsOf(inputs.egress),
    );
    await changeRules(ec2, GroupId, "ingress", [], atomsOf(inputs.ingress));
    return GroupId;
  },
  async read({ aws, id }) {
    const found = await find(await aws.client("ec2"), id);
    return (
      found && {
        name: found.GroupName,
        vpcId: found.VpcId,
        description: found.Description,
        ingress: rulesOf(found.IpPermissions, id),
        egress: rulesOf(found.IpPermissionsEgress, id),
        ownerId: found.OwnerId,
        arn:
          found.SecurityGroupArn ??
          `arn:${aws.partition}:ec2:${aws.region}:${found.OwnerId}:security-group/${id}`,
        tagsAll: tagsOf(found.Tags),
      }
    );
  },
  async update({ aws, id, inputs, changed, ...tagging }) {
    const ec2 = await aws.client("ec2");
    const found = await find(ec2, id);
    const [ingress, egress] = [rulesOf(found?.IpPermissions, id), rulesOf(found?.IpPermissionsEgress, id)];
    if (changed("ingress")) await changeRules(ec2, id, "ingress", atomsOf(ingress), atomsOf(inputs.ingress));
    if (changed("egress")) await changeRules(ec2, id, "egress", atomsOf(egress), atomsOf(inputs.egress));
    if (changed("tags")) await changeTags(ec2, id, tagging);
  },
  async delete({ aws, id, outputs }) {
    const ec2 = await aws.client("ec2");
    if (outputs.revokeRulesOnDelete === true) {
      const found = await find(ec2, id);
      await changeRules(ec2, id, "ingress", atomsOf(rulesOf(found?.IpPermissions, id)), []);
      await changeRules(ec2, id, "egress", atomsOf(rulesOf(found?.IpPermissionsEgress, id)), []);
    }
    await ec2.deleteSecurityGroup({ GroupId: id });
  },
});

async function find(ec2: EC2, id: string): Promise<SecurityGroup | undefined> {
  return (await ec2.describeSecurityGroups({ GroupIds: [id] })).SecurityGroups?.[0];
}

async function changeRules(
  ec2: EC2,
  GroupId: string,
  direction: "ingress" | "egress",
  before: readonly RuleAtom[],
  after: readonly RuleAtom[],
): Promise<void> {
  const without = (some: readonly RuleAtom[], others: readonly RuleAtom[]) => {
    const known = new Set(others.map((atom) => JSON.stringify(atom)));
    return some.filter((atom) => !known.has(JSON.stringify(atom))).map((atom) => permissionOf(atom, GroupId));
  };
  const [gone, added] = [without(before, after), without(after, before)];
  if (gone.length > 0) {
    const request = { GroupId, IpPermissions: gone };
    await (direction === "ingress"
      ? ec2.revokeSecurityGroupIngress(request)
      : ec2.revokeSecurityGroupEgress(request));
  }
  if (added.length > 0) {
    const request = { GroupId, IpPermissions: added };
    await (direction === "ingress"
      ? ec2.authorizeSecurityGroupIngress(request)
      : ec2.authorizeSecurityGroupEgress(request));
  }
}
