import type { CreateStateMachineInput } from "@aws-sdk/client-sfn";
import { z } from "zod";
import { awsResource } from "../aws-resource.ts";
import { asJson } from "../canonical.ts";

const shape = {
  name: z.string().optional(),
  definition: z.string(),
  roleArn: z.string(),
  type: z.enum(["STANDARD", "EXPRESS"]).default("STANDARD"),
  loggingConfiguration: z
    .strictObject({
      level: z.enum(["ALL", "ERROR", "FATAL", "OFF"]).default("OFF"),
      includeExecutionData: z.boolean().default(false),
      logDestination: z.string().optional(),
    })
    .optional(),
  tracingConfiguration: z.strictObject({ enabled: z.boolean().default(false) }).optional(),
};

/** @see https://www.pulumi.com/registry/packages/aws/api-docs/sfn/statemachine/ */
export const stateMachine = awsResource({
  type: "aws:sfn/stateMachine:StateMachine",
  inputs: shape,
  replaces: ["name", "type"],
  computed: ["loggingConfiguration", "tracingConfiguration"],
  canonical: { definition: asJson },
  unique: ["name"],
  autoName: { longest: 80 },
  tagged: true,
  absent: ["StateMachineDoesNotExist"],
  async create({ aws, inputs, tags }) {
    const list = Object.entries(tags).map(([key, value]) => ({ key, value }));
    const { name, type } = inputs;
    const sfn = await aws.client("sfn");
    const made = await sfn.createStateMachine({ ...request(inputs), name, type, tags: list });
    return made.stateMachineArn ?? "";
  },
  async read({ aws, id }) {
    const sfn = await aws.client("sfn");
    const found = await sfn.describeStateMachine({ stateMachineArn: id });
    if (found.status === "DELETING") return undefined;
    const { tags = [] } = await sfn.listTagsForResource({ resourceArn: id });
    const { destinations, ...logging } = found.loggingConfiguration ?? {};
    const logDestination = destinations?.[0]?.cloudWatchLogsLogGroup?.logGroupArn;
    return {
      ...{ name: found.name, definition: found.definition, roleArn: found.roleArn, type: found.type },
      loggingConfiguration: { ...logging, ...(logDestination ? { logDestination } : {}) },
      tracingConfiguration: found.tracingConfiguration,
      ...{ arn: id, status: found.status, description: found.description, revisionId: found.revisionId },
      creationDate: found.creationDate,
      tagsAll: Object.fromEntries(tags.map(({ key = "", value = "" }) => [key, value])),
    };
  },
  async update({ aws, id, inputs, tags, removedTags, changed }) {
    const sfn = await aws.client("sfn");
    if (changed("definition", "roleArn", "loggingConfiguration", "tracingConfiguration"))
      await sfn.updateStateMachine({ stateMachineArn: id, ...request(inputs) });
    if (!changed("tags")) return;
    if (removedTags.length > 0) await sfn.untagResource({ resourceArn: id, tagKeys: [...removedTags] });
    const list = Object.entries(tags).map(([key, value]) => ({ key, value }));
    await sfn.tagResource({ resourceArn: id, tags: list });
  },
  async delete({ aws, id }) {
    await (await aws.client("sfn")).deleteStateMachine({ stateMachineArn: id });
  },
});

function request(
  inputs: z.infer<z.ZodObject<typeof shape>>,
): Pick<CreateStateMachineInput, "definition" | "roleArn" | "loggingConfiguration" | "tracingConfiguration"> {
  const { definition, roleArn, loggingConfiguration: logging, tracingConfiguration } = inputs;
  const { logDestination, ...levels } = logging ?? {};
  const destinations = logDestination ? [{ cloudWatchLogsLogGroup: { logGroupArn: logDestination } }] : [];
  return {
    ...{ definition, roleArn },
    ...(logging ? { loggingConfiguration: { ...levels, destinations } } : {}),
    ...(tracingConfiguration ? { tracingConfiguration } : {}),
  };
}
