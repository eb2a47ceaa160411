import { z } from "zod";
import { awsResource } from "../aws-resource.ts";
import type { Aws } from "../aws-resource-definition.ts";
import { asPolicy } from "../canonical.ts";
import { document } from "../document.ts";

/** @see https://www.pulumi.com/registry/packages/aws/api-docs/sqs/queuepolicy/ */
export const queuePolicy = awsResource({
  type: "aws:sqs/queuePolicy:QueuePolicy",
  inputs: { queueUrl: z.string(), policy: document },
  replaces: ["queueUrl"],
  canonical: { policy: asPolicy },
  unique: ["queueUrl"],
  absent: ["QueueDoesNotExist"],

  async create({ aws, inputs: { queueUrl, policy } }) {
    await putPolicy(aws, queueUrl, policy);
    return queueUrl;
  },

  async read({ aws, id: QueueUrl }) {
    const sqs = await aws.client("sqs");
    const { Attributes } = await sqs.getQueueAttributes({ QueueUrl, AttributeNames: ["Policy"] });
    return Attributes?.Policy ? { queueUrl: QueueUrl, policy: Attributes.Policy } : undefined;
  },

  update: ({ aws, id, inputs: { policy } }) => putPolicy(aws, id, policy),

  delete: ({ aws, id }) => putPolicy(aws, id, ""),
});

async function putPolicy(aws: Aws, QueueUrl: string, Policy: string): Promise<void> {
  const sqs = await aws.client("sqs");
  await sqs.setQueueAttributes({ QueueUrl, Attributes: { Policy } });
}
