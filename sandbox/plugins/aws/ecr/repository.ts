import { z } from "zod";
import { awsResource } from "../aws-resource.ts";
import { tagList, tagsOf } from "../tag-list.ts";

const Encryption = z.strictObject({
  encryptionType: z.enum(["AES256", "KMS"]).default("AES256"),
  kmsKey: z.string().optional(),
});

/** @see https://www.pulumi.com/registry/packages/aws/api-docs/ecr/repository/ */
export const repository = awsResource({
  type: "aws:ecr/repository:Repository",
  inputs: {
    name: z.string().optional(),
    imageTagMutability: z.enum(["MUTABLE", "IMMUTABLE"]).default("MUTABLE"),
    imageScanningConfiguration: z.strictObject({ scanOnPush: z.boolean() }).optional(),
    encryptionConfigurations: z.array(Encryption).max(1).optional(),
    forceDelete: z.boolean().default(false),
  },
  replaces: ["name", "encryptionConfigurations"],
  computed: ["encryptionConfigurations", "imageScanningConfiguration"],
  unread: ["forceDelete"],
  unique: ["name"],
  autoName: { longest: 256, lowerCase: true },
  tagged: true,
  absent: ["RepositoryNotFoundException"],
  async create({ aws, inputs, tags }) {
    const { name = "", imageTagMutability, imageScanningConfiguration } = inputs;
    const [encryptionConfiguration] = inputs.encryptionConfigurations ?? [];
    const ecr = await aws.client("ecr");
    await ecr.createRepository({
      ...{ repositoryName: name, imageTagMutability, imageScanningConfiguration, encryptionConfiguration },
      tags: tagList(tags),
    });
    return name;
  },
  async read({ aws, id }) {
    const ecr = await aws.client("ecr");
    const { repositories = [] } = await ecr.describeRepositories({ repositoryNames: [id] });
    const [found] = repositories;
    if (!found) return undefined;
    const { tags = [] } = await ecr.listTagsForResource({ resourceArn: found.repositoryArn ?? "" });
    return {
      name: found.repositoryName,
      imageTagMutability: found.imageTagMutability,
      imageScanningConfiguration: found.imageScanningConfiguration,
      encryptionConfigurations: found.encryptionConfiguration ? [found.encryptionConfiguration] : undefined,
      arn: found.repositoryArn,
      registryId: found.registryId,
      repositoryUrl: found.repositoryUri,
      tagsAll: tagsOf(tags),
    };
  },
  async update({ aws, id, inputs, outputs, tags, removedTags, changed }) {
    const ecr = await aws.client("ecr");
    const { imageTagMutability, imageScanningConfiguration } = inputs;
    if (changed("imageTagMutability"))
      await ecr.putImageTagMutability({ repositoryName: id, imageTagMutability });
    if (changed("imageScanningConfiguration"))
      await ecr.putImageScanningConfiguration({ repositoryName: id, imageScanningConfiguration });
    if (!changed("tags")) return;
    const resourceArn = String(outputs.arn);
    if (removedTags.length > 0) await ecr.untagResource({ resourceArn, tagKeys: [...removedTags] });
    await ecr.tagResource({ resourceArn, tags: tagList(tags) });
  },
  async delete({ aws, id, outputs }) {
    const force = outputs.forceDelete === true;
    await (await aws.client("ecr")).deleteRepository({ repositoryName: id, force });
  },
});
