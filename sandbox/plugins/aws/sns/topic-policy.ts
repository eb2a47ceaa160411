import { z } from "zod";
import { awsResource } from "../aws-resource.ts";
import type { Aws } from "../aws-resource-definition.ts";
import { asPolicy } from "../canonical.ts";
import { document } from "../document.ts";

/** @see https://www.pulumi.com/registry/packages/aws/api-docs/sns/topicpolicy/ */
export const topicPolicy = awsResource({
  type: "aws:sns/topicPolicy:TopicPolicy",
  inputs: { arn: z.string(), policy: document },
  replaces: ["arn"],
  canonical: { policy: asPolicy },
  unique: ["arn"],
  absent: ["NotFoundException"],

  async create({ aws, inputs: { arn, policy } }) {
    await putPolicy(aws, arn, policy);
    return arn;
  },

  async read({ aws, id: TopicArn }) {
    const sns = await aws.client("sns");
    const { Attributes = {} } = await sns.getTopicAttributes({ TopicArn });
    const { Policy, Owner } = Attributes;
    return Policy ? { arn: TopicArn, policy: Policy, owner: Owner } : undefined;
  },

  update: ({ aws, id, inputs: { policy } }) => putPolicy(aws, id, policy),

  /** A topic always has a policy: it gets back the one that it was made with. */
  async delete({ aws, id, outputs }) {
    await putPolicy(aws, id, JSON.stringify(firstPolicy(id, String(outputs.owner ?? id.split(":")[4]))));
  },
});

async function putPolicy(aws: Aws, TopicArn: string, AttributeValue: string): Promise<void> {
  const sns = await aws.client("sns");
  await sns.setTopicAttributes({ TopicArn, AttributeName: "Policy", AttributeValue });
}

const OWNERS_ACTIONS = [
  ...["GetTopicAttributes", "SetTopicAttributes", "AddPermission", "RemovePermission", "DeleteTopic"],
  ...["Subscribe", "ListSubscriptionsByTopic", "Publish"],
].map((action) => `SNS:${action}`);

/** @see https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html */
function firstPolicy(topicArn: string, owner: string): object {
  const statement = {
    Sid: "__default_statement_ID",
    Effect: "Allow",
    Principal: { AWS: "*" },
    Action: OWNERS_ACTIONS,
    Resource: topicArn,
    Condition: { StringEquals: { "AWS:SourceOwner": owner } },
  };
  return { Version: "2008-10-17", Id: "__default_policy_ID", Statement: [statement] };
}
