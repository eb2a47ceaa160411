import { z } from "zod";
import { awsResource } from "../aws-resource.ts";
import { asJson } from "../canonical.ts";
import { document } from "../document.ts";
import { ignoring } from "../ignoring.ts";

/** The attributes of a subscription, by the names that programs give them. */
const ATTRIBUTES = {
  filterPolicy: "FilterPolicy",
  filterPolicyScope: "FilterPolicyScope",
  rawMessageDelivery: "RawMessageDelivery",
  redrivePolicy: "RedrivePolicy",
} as const;

type Attribute = keyof typeof ATTRIBUTES;
const attributes = Object.entries(ATTRIBUTES) as [Attribute, string][];

/** @see https://www.pulumi.com/registry/packages/aws/api-docs/sns/topicsubscription/ */
export const topicSubscription = awsResource({
  type: "aws:sns/topicSubscription:TopicSubscription",
  inputs: {
    topic: z.string(),
    protocol: z.enum([
      "sqs",
      "sms",
      "lambda",
      "firehose",
      "application",
      "email",
      "email-json",
      "http",
      "https",
    ]),
    endpoint: z.string(),
    endpointAutoConfirms: z.boolean().default(false),
    confirmationTimeoutInMinutes: z.number().int().min(1).default(1),
    filterPolicy: document.optional(),
    filterPolicyScope: z.enum(["MessageAttributes", "MessageBody"]).optional(),
    rawMessageDelivery: z.boolean().default(false),
    redrivePolicy: document.optional(),
  },
  replaces: ["topic", "protocol", "endpoint"],
  computed: ["filterPolicyScope"],
  unread: ["endpointAutoConfirms", "confirmationTimeoutInMinutes"],
  canonical: { filterPolicy: asJson, redrivePolicy: asJson },
  unique: ["topic", "protocol", "endpoint"],
  absent: ["NotFoundException"],

  async create({ aws, inputs }) {
    const sns = await aws.client("sns");
    const given = attributes.flatMap(([property, attribute]): [string, string][] => {
      const value = inputs[property];
      return value === undefined || value === false ? [] : [[attribute, String(value)]];
    });
    const { SubscriptionArn = "" } = await sns.subscribe({
      TopicArn: inputs.topic,
      Protocol: inputs.protocol,
      Endpoint: inputs.endpoint,
      Attributes: Object.fromEntries(given),
      ReturnSubscriptionArn: true,
    });
    return SubscriptionArn;
  },

  async read({ aws, id: SubscriptionArn }) {
    const sns = await aws.client("sns");
    const { Attributes: found = {} } = await sns.getSubscriptionAttributes({ SubscriptionArn });
    return {
      arn: SubscriptionArn,
      topic: found.TopicArn,
      protocol: found.Protocol,
      endpoint: found.Endpoint,
      ownerId: found.Owner,
      pendingConfirmation: found.PendingConfirmation === "true",
      confirmationWasAuthenticated: found.ConfirmationWasAuthenticated === "true",
      filterPolicy: found.FilterPolicy,
      filterPolicyScope: found.FilterPolicyScope,
      rawMessageDelivery: found.RawMessageDelivery === "true",
      redrivePolicy: found.RedrivePolicy,
    };
  },

  async update({ aws, id: SubscriptionArn, inputs, changed }) {
    const sns = await aws.client("sns");
    for (const [property, AttributeName] of attributes)
      if (changed(property))
        await sns.setSubscriptionAttributes({
          SubscriptionArn,
          AttributeName,
          AttributeValue: String(inputs[property] ?? "{}"),
        });
  },

  /** One that nobody has confirmed cannot be ended: it goes by itself, after three days. */
  async delete({ aws, id: SubscriptionArn, outputs }) {
    const sns = await aws.client("sns");
    const unconfirmed = outputs.pendingConfirmation ? ["InvalidParameterException"] : [];
    await ignoring(unconfirmed, sns.unsubscribe({ SubscriptionArn }));
  },
});
