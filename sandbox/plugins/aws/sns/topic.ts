import { z } from "zod";
import { awsResource } from "../aws-resource.ts";
import { asJson, asPolicy } from "../canonical.ts";
import { document } from "../document.ts";
import { tagList, tagsOf } from "../tag-list.ts";

/** The attributes of a topic, by the names that programs give them. */
const ATTRIBUTES = {
  displayName: "DisplayName",
  policy: "Policy",
  deliveryPolicy: "DeliveryPolicy",
  kmsMasterKeyId: "KmsMasterKeyId",
  signatureVersion: "SignatureVersion",
  tracingConfig: "TracingConfig",
} as const;

type Attribute = keyof typeof ATTRIBUTES;
const attributes = Object.entries(ATTRIBUTES) as [Attribute, string][];

/** @see https://www.pulumi.com/registry/packages/aws/api-docs/sns/topic/ */
export const topic = awsResource({
  type: "aws:sns/topic:Topic",
  inputs: {
    name: z.string().optional(),
    displayName: z.string().optional(),
    policy: document.optional(),
    deliveryPolicy: document.optional(),
    kmsMasterKeyId: z.string().optional(),
    signatureVersion: z.number().int().min(1).max(2).optional(),
    tracingConfig: z.enum(["PassThrough", "Active"]).optional(),
  },
  replaces: ["name"],
  computed: ["policy", "signatureVersion", "tracingConfig"],
  canonical: { policy: asPolicy, deliveryPolicy: asJson },
  unique: ["name"],
  autoName: { longest: 256 },
  tagged: true,
  absent: ["NotFoundException"],

  async create({ aws, inputs, tags }) {
    const sns = await aws.client("sns");
    const given = attributes.flatMap(([property, attribute]): [string, string][] => {
      const value = inputs[property];
      return value === undefined ? [] : [[attribute, String(value)]];
    });
    const { TopicArn = "" } = await sns.createTopic({
      Name: inputs.name,
      Attributes: Object.fromEntries(given),
      Tags: tagList(tags),
    });
    return TopicArn;
  },

  async read({ aws, id: TopicArn }) {
    const sns = await aws.client("sns");
    const [{ Attributes: found = {} }, { Tags }] = await Promise.all([
      sns.getTopicAttributes({ TopicArn }),
      sns.listTagsForResource({ ResourceArn: TopicArn }),
    ]);
    return {
      ...Object.fromEntries(attributes.map(([property, attribute]) => [property, found[attribute]])),
      signatureVersion: found.SignatureVersion === undefined ? undefined : Number(found.SignatureVersion),
      arn: TopicArn,
      name: TopicArn.split(":").at(-1),
      owner: found.Owner,
      tagsAll: tagsOf(Tags),
    };
  },

  async update({ aws, id: TopicArn, inputs, tags, changed, removedTags }) {
    const sns = await aws.client("sns");
    for (const [property, AttributeName] of attributes)
      if (changed(property))
        await sns.setTopicAttributes({
          TopicArn,
          AttributeName,
          AttributeValue: String(inputs[property] ?? ""),
        });
    if (!changed("tags")) return;
    if (removedTags.length > 0) await sns.untagResource({ ResourceArn: TopicArn, TagKeys: [...removedTags] });
    if (Object.keys(tags).length > 0) await sns.tagResource({ ResourceArn: TopicArn, Tags: tagList(tags) });
  },

  async delete({ aws, id: TopicArn }) {
    const sns = await aws.client("sns");
    await sns.deleteTopic({ TopicArn });
  },
});
