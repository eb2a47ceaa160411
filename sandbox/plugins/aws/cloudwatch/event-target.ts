import type { Target } from "@aws-sdk/client-eventbridge";
import { z } from "zod";
import { awsResource } from "../aws-resource.ts";
import type { Aws } from "../aws-resource-definition.ts";
import { asJson } from "../canonical.ts";
import { document } from "../document.ts";

const DEFAULT_BUS = "default";

const inputs = {
  targetId: z.string().optional(),
  rule: z.string(),
  eventBusName: z.string().default(DEFAULT_BUS),
  arn: z.string(),
  roleArn: z.string().optional(),
  input: document.optional(),
  inputPath: z.string().optional(),
  inputTransformer: z
    .strictObject({ inputPaths: z.record(z.string(), z.string()).optional(), inputTemplate: z.string() })
    .optional(),
  deadLetterConfig: z.strictObject({ arn: z.string() }).optional(),
  retryPolicy: z
    .strictObject({
      maximumEventAgeInSeconds: z.number().int().min(60).max(86_400).optional(),
      maximumRetryAttempts: z.number().int().min(0).max(185).optional(),
    })
    .optional(),
};

type Inputs = z.infer<z.ZodObject<typeof inputs>>;

/** @see https://www.pulumi.com/registry/packages/aws/api-docs/cloudwatch/eventtarget/ */
export const eventTarget = awsResource({
  type: "aws:cloudwatch/eventTarget:EventTarget",
  inputs,
  replaces: ["targetId", "rule", "eventBusName"],
  canonical: { input: asJson },
  unique: ["targetId", "rule", "eventBusName"],
  autoName: { longest: 64 },
  absent: ["ResourceNotFoundException"],

  async create({ aws, inputs: given }) {
    await putTarget(aws, given);
    return `${given.rule}-${given.targetId}`;
  },

  async read({ aws, inputs: given, outputs }) {
    const events = await aws.client("events");
    const {
      rule: Rule,
      eventBusName: EventBusName,
      targetId,
    } = { ...(outputs as Partial<Inputs>), ...given };
    const { Targets = [] } = await events.listTargetsByRule({ Rule, EventBusName });
    const found = Targets.find(({ Id }) => Id === targetId);
    return found && { ...targetProperties(found), rule: Rule, eventBusName: EventBusName, targetId };
  },

  update: ({ aws, inputs: given }) => putTarget(aws, given),

  async delete({ aws, inputs: given, outputs }) {
    const events = await aws.client("events");
    const {
      rule: Rule,
      eventBusName: EventBusName,
      targetId = "",
    } = { ...(outputs as Partial<Inputs>), ...given };
    await events.removeTargets({ Rule, EventBusName, Ids: [targetId] });
  },
});

async function putTarget(aws: Aws, given: Inputs): Promise<void> {
  const events = await aws.client("events");
  const { inputTransformer: transformer } = given;
  const target = {
    Id: given.targetId,
    Arn: given.arn,
    RoleArn: given.roleArn,
    Input: given.input,
    InputPath: given.inputPath,
    InputTransformer: transformer && {
      InputPathsMap: transformer.inputPaths,
      InputTemplate: transformer.inputTemplate,
    },
    DeadLetterConfig: given.deadLetterConfig && { Arn: given.deadLetterConfig.arn },
    RetryPolicy: given.retryPolicy && {
      MaximumEventAgeInSeconds: given.retryPolicy.maximumEventAgeInSeconds,
      MaximumRetryAttempts: given.retryPolicy.maximumRetryAttempts,
    },
  };
  const { FailedEntries = [] } = await events.putTargets({
    Rule: given.rule,
    EventBusName: given.eventBusName,
    Targets: [target],
  });
  // The call succeeds, and says in its answer that it did not.
  const [failed] = FailedEntries;
  if (failed) throw new Error(`${failed.ErrorCode}: ${failed.ErrorMessage}`);
}

function targetProperties(found: Target): object {
  const { InputTransformer: transformer, DeadLetterConfig: deadLetters, RetryPolicy: retries } = found;
  return {
    arn: found.Arn,
    roleArn: found.RoleArn,
    input: found.Input,
    inputPath: found.InputPath,
    inputTransformer: transformer && {
      inputPaths: transformer.InputPathsMap,
      inputTemplate: transformer.InputTemplate,
    },
    deadLetterConfig: deadLetters && { arn: deadLetters.Arn },
    retryPolicy: retries && {
      maximumEventAgeInSeconds: retries.MaximumEventAgeInSeconds,
      maximumRetryAttempts: retries.MaximumRetryAttempts,
    },
  };
}
