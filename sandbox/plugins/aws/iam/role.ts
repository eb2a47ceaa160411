import type { IAM } from "@aws-sdk/client-iam";
import { z } from "zod";
import { awsResource } from "../aws-resource.ts";
import { asPolicy } from "../canonical.ts";
import { document } from "../document.ts";
import { tagList, tagsOf } from "../tag-list.ts";
import { decoded } from "./decoded.ts";

/** @see https://www.pulumi.com/registry/packages/aws/api-docs/iam/role/ */
export const role = awsResource({
  type: "aws:iam/role:Role",
  inputs: {
    name: z.string().optional(),
    path: z.string().default("/"),
    assumeRolePolicy: document,
    description: z.string().optional(),
    maxSessionDuration: z.number().int().min(3600).max(43_200).default(3600),
    permissionsBoundary: z.string().optional(),
    forceDetachPolicies: z.boolean().default(false),
  },
  replaces: ["name", "path"],
  unread: ["forceDetachPolicies"],
  canonical: { assumeRolePolicy: asPolicy },
  unique: ["name"],
  autoName: { longest: 64 },
  tagged: true,
  global: true,
  absent: ["NoSuchEntityException"],

  async create({ aws, inputs, tags }) {
    const iam = await aws.client("iam");
    const { Role } = await iam.createRole({
      RoleName: inputs.name,
      Path: inputs.path,
      AssumeRolePolicyDocument: inputs.assumeRolePolicy,
      Description: inputs.description,
      MaxSessionDuration: inputs.maxSessionDuration,
      PermissionsBoundary: inputs.permissionsBoundary,
      Tags: tagList(tags),
    });
    return Role?.RoleName ?? "";
  },

  async read({ aws, id: RoleName }) {
    const iam = await aws.client("iam");
    const { Role: found } = await iam.getRole({ RoleName });
    return (
      found && {
        name: found.RoleName,
        path: found.Path,
        arn: found.Arn,
        uniqueId: found.RoleId,
        createDate: found.CreateDate?.toISOString(),
        assumeRolePolicy: decoded(found.AssumeRolePolicyDocument ?? ""),
        description: found.Description,
        maxSessionDuration: found.MaxSessionDuration ?? 3600,
        permissionsBoundary: found.PermissionsBoundary?.PermissionsBoundaryArn,
        tagsAll: tagsOf(found.Tags),
      }
    );
  },

  async update({ aws, id: RoleName, inputs, tags, changed, removedTags }) {
    const iam = await aws.client("iam");
    if (changed("assumeRolePolicy"))
      await iam.updateAssumeRolePolicy({ RoleName, PolicyDocument: inputs.assumeRolePolicy });
    if (changed("description", "maxSessionDuration"))
      await iam.updateRole({
        RoleName,
        Description: inputs.description ?? "",
        MaxSessionDuration: inputs.maxSessionDuration,
      });
    if (changed("permissionsBoundary")) {
      const { permissionsBoundary: PermissionsBoundary } = inputs;
      if (PermissionsBoundary) await iam.putRolePermissionsBoundary({ RoleName, PermissionsBoundary });
      else await iam.deleteRolePermissionsBoundary({ RoleName });
    }
    if (changed("tags")) {
      if (removedTags.length > 0) await iam.untagRole({ RoleName, TagKeys: [...removedTags] });
      if (Object.keys(tags).length > 0) await iam.tagRole({ RoleName, Tags: tagList(tags) });
    }
  },

  async delete({ aws, id: RoleName, inputs }) {
    const iam = await aws.client("iam");
    if (inputs.forceDetachPolicies) await detachPolicies(iam, RoleName);
    await iam.deleteRole({ RoleName });
  },
});

/** Takes from a role what was given to it beside its own program, and would keep it from going. */
async function detachPolicies(iam: IAM, RoleName: string): Promise<void> {
  const { AttachedPolicies = [] } = await iam.listAttachedRolePolicies({ RoleName });
  for (const { PolicyArn } of AttachedPolicies) await iam.detachRolePolicy({ RoleName, PolicyArn });
  const { PolicyNames = [] } = await iam.listRolePolicies({ RoleName });
  for (const PolicyName of PolicyNames) await iam.deleteRolePolicy({ RoleName, PolicyName });
}
