import { z } from "zod";
import { awsResource } from "../aws-resource.ts";
import { asPolicy } from "../canonical.ts";
import { document } from "../document.ts";
import { decoded } from "./decoded.ts";

/** @see https://www.pulumi.com/registry/packages/aws/api-docs/iam/rolepolicy/ */
export const rolePolicy = awsResource({
  type: "aws:iam/rolePolicy:RolePolicy",
  inputs: { name: z.string().optional(), role: z.string(), policy: document },
  replaces: ["name", "role"],
  canonical: { policy: asPolicy },
  unique: ["name", "role"],
  autoName: { longest: 128 },
  global: true,
  absent: ["NoSuchEntityException"],

  async create({ aws, inputs: { name: PolicyName = "", role: RoleName, policy: PolicyDocument } }) {
    const iam = await aws.client("iam");
    await iam.putRolePolicy({ RoleName, PolicyName, PolicyDocument });
    return `${RoleName}:${PolicyName}`;
  },

  async read({ aws, id }) {
    const iam = await aws.client("iam");
    const { RoleName, PolicyName, PolicyDocument = "" } = await iam.getRolePolicy(namesOf(id));
    return { role: RoleName, name: PolicyName, policy: decoded(PolicyDocument) };
  },

  async update({ aws, id, inputs }) {
    const iam = await aws.client("iam");
    await iam.putRolePolicy({ ...namesOf(id), PolicyDocument: inputs.policy });
  },

  async delete({ aws, id }) {
    const iam = await aws.client("iam");
    await iam.deleteRolePolicy(namesOf(id));
  },
});

/** The id is `role:name`; neither of them may have a colon. */
function namesOf(id: string): { RoleName: string; PolicyName: string } {
  const [RoleName = "", PolicyName = ""] = id.split(":");
  return { RoleName, PolicyName };
}
