import type { QueueAttributeName } from "@aws-sdk/client-sqs";
import { z } from "zod";
import { awsResource } from "../aws-resource.ts";
import { asJson, asPolicy } from "../canonical.ts";
import { document } from "../document.ts";

/** The attributes of a queue, by the names that programs give them. */
const ATTRIBUTES = {
  delaySeconds: "DelaySeconds",
  maxMessageSize: "MaximumMessageSize",
  messageRetentionSeconds: "MessageRetentionPeriod",
  receiveWaitTimeSeconds: "ReceiveMessageWaitTimeSeconds",
  visibilityTimeoutSeconds: "VisibilityTimeout",
  kmsDataKeyReusePeriodSeconds: "KmsDataKeyReusePeriodSeconds",
  kmsMasterKeyId: "KmsMasterKeyId",
  sqsManagedSseEnabled: "SqsManagedSseEnabled",
  policy: "Policy",
  redrivePolicy: "RedrivePolicy",
  redriveAllowPolicy: "RedriveAllowPolicy",
} as const satisfies Record<string, QueueAttributeName>;

type Attribute = keyof typeof ATTRIBUTES;
const attributes = Object.entries(ATTRIBUTES) as [Attribute, QueueAttributeName][];
const seconds = (least: number, most: number) => z.number().int().min(least).max(most);

/** @see https://www.pulumi.com/registry/packages/aws/api-docs/sqs/queue/ */
export const queue = awsResource({
  type: "aws:sqs/queue:Queue",
  inputs: {
    name: z.string().optional(),
    delaySeconds: seconds(0, 900).default(0),
    maxMessageSize: z.number().int().min(1024).max(1_048_576).default(262_144),
    messageRetentionSeconds: seconds(60, 1_209_600).default(345_600),
    receiveWaitTimeSeconds: seconds(0, 20).default(0),
    visibilityTimeoutSeconds: seconds(0, 43_200).default(30),
    kmsMasterKeyId: z.string().optional(),
    kmsDataKeyReusePeriodSeconds: seconds(60, 86_400).optional(),
    sqsManagedSseEnabled: z.boolean().optional(),
    policy: document.optional(),
    redrivePolicy: document.optional(),
    redriveAllowPolicy: document.optional(),
  },
  replaces: ["name"],
  computed: ["kmsDataKeyReusePeriodSeconds", "sqsManagedSseEnabled", "policy", "redriveAllowPolicy"],
  canonical: { policy: asPolicy, redrivePolicy: asJson, redriveAllowPolicy: asJson },
  unique: ["name"],
  autoName: { longest: 80 },
  tagged: true,
  absent: ["QueueDoesNotExist"],

  async create({ aws, inputs, tags }) {
    const sqs = await aws.client("sqs");
    const given = attributes.flatMap(([property, attribute]): [QueueAttributeName, string][] => {
      const value = inputs[property];
      return value === undefined ? [] : [[attribute, String(value)]];
    });
    const { QueueUrl = "" } = await sqs.createQueue({
      QueueName: inputs.name,
      Attributes: Object.fromEntries(given),
      tags,
    });
    return QueueUrl;
  },

  async read({ aws, id: QueueUrl }) {
    const sqs = await aws.client("sqs");
    const [{ Attributes: found = {} }, { Tags }] = await Promise.all([
      sqs.getQueueAttributes({ QueueUrl, AttributeNames: ["All"] }),
      sqs.listQueueTags({ QueueUrl }),
    ]);
    const values = attributes.map(([property, attribute]) => [
      property,
      readValue(property, found[attribute]),
    ]);
    return {
      ...Object.fromEntries(values),
      name: QueueUrl.split("/").at(-1),
      url: QueueUrl,
      arn: found.QueueArn,
      tagsAll: Tags ?? {},
    };
  },

  async update({ aws, id: QueueUrl, inputs, tags, changed, removedTags }) {
    const sqs = await aws.client("sqs");
    const given = attributes
      .filter(([property]) => changed(property))
      .map(([property, attribute]): [QueueAttributeName, string] => [
        attribute,
        String(inputs[property] ?? ""),
      ]);
    if (given.length > 0) await sqs.setQueueAttributes({ QueueUrl, Attributes: Object.fromEntries(given) });
    if (!changed("tags")) return;
    if (removedTags.length > 0) await sqs.untagQueue({ QueueUrl, TagKeys: [...removedTags] });
    if (Object.keys(tags).length > 0) await sqs.tagQueue({ QueueUrl, Tags: tags });
  },

  async delete({ aws, id: QueueUrl }) {
    const sqs = await aws.client("sqs");
    await sqs.deleteQueue({ QueueUrl });
  },
});

function readValue(property: Attribute, text: string | undefined): string | number | boolean | undefined {
  if (text === undefined || text === "") return undefined;
  if (property === "sqsManagedSseEnabled") return text === "true";
  return /Seconds$|Size$/.test(property) ? Number(text) : text;
}
