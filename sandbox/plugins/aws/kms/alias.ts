import { z } from "zod";
import { awsResource } from "../aws-resource.ts";
import type { Canonical } from "../canonical.ts";

/** A key may be named by its id or by its ARN. */
const asKeyId: Canonical = (value) =>
  typeof value === "string" ? (value.split(":key/").at(-1) ?? value) : value;

/** @see https://www.pulumi.com/registry/packages/aws/api-docs/kms/alias/ */
export const alias = awsResource({
  type: "aws:kms/alias:Alias",
  inputs: {
    name: z.string().startsWith("alias/").optional(),
    targetKeyId: z.string(),
  },
  replaces: ["name"],
  canonical: { targetKeyId: asKeyId },
  unique: ["name"],
  autoName: { longest: 256, prefix: "alias/" },
  absent: ["NotFoundException"],

  async create({ aws, inputs: { name = "", targetKeyId } }) {
    const kms = await aws.client("kms");
    await kms.createAlias({ AliasName: name, TargetKeyId: targetKeyId });
    return name;
  },

  async read({ aws, id: name }) {
    const kms = await aws.client("kms");
    const { KeyMetadata } = await kms.describeKey({ KeyId: name });
    const targetKeyArn = KeyMetadata?.Arn ?? "";
    const arn = `${targetKeyArn.slice(0, targetKeyArn.indexOf(":key/"))}:${name}`;
    return { name, arn, targetKeyArn, targetKeyId: KeyMetadata?.KeyId };
  },

  async update({ aws, id: name, inputs }) {
    const kms = await aws.client("kms");
    await kms.updateAlias({ AliasName: name, TargetKeyId: inputs.targetKeyId });
  },

  async delete({ aws, id: name }) {
    const kms = await aws.client("kms");
    await kms.deleteAlias({ AliasName: name });
  },
});
