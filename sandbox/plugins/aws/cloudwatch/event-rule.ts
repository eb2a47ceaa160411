import { z } from "zod";
import { awsResource } from "../aws-resource.ts";
import type { Aws, Tags } from "../aws-resource-definition.ts";
import { asJson } from "../canonical.ts";
import { document } from "../document.ts";
import { tagList, tagsOf } from "../tag-list.ts";

const DEFAULT_BUS = "default";

const inputs = {
  name: z.string().optional(),
  description: z.string().optional(),
  eventBusName: z.string().default(DEFAULT_BUS),
  eventPattern: document.optional(),
  scheduleExpression: z.string().optional(),
  roleArn: z.string().optional(),
  state: z.enum(["ENABLED", "DISABLED", "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"]).default("ENABLED"),
  forceDestroy: z.boolean().default(false),
};

type Inputs = z.infer<z.ZodObject<typeof inputs>>;

/** @see https://www.pulumi.com/registry/packages/aws/api-docs/cloudwatch/eventrule/ */
export const eventRule = awsResource({
  type: "aws:cloudwatch/eventRule:EventRule",
  inputs,
  replaces: ["name", "eventBusName"],
  unread: ["forceDestroy"],
  canonical: { eventPattern: asJson },
  unique: ["name", "eventBusName"],
  autoName: { longest: 64 },
  tagged: true,
  absent: ["ResourceNotFoundException"],

  async create({ aws, inputs: given, tags }) {
    await putRule(aws, given, tags);
    const { name = "", eventBusName } = given;
    return eventBusName === DEFAULT_BUS ? name : `${eventBusName}/${name}`;
  },

  async read({ aws, id }) {
    const events = await aws.client("events");
    const found = await events.describeRule(ruleOf(id));
    const { Tags: tags } = await events.listTagsForResource({ ResourceARN: found.Arn });
    return {
      name: found.Name,
      arn: found.Arn,
      description: found.Description,
      eventBusName: found.EventBusName ?? DEFAULT_BUS,
      eventPattern: found.EventPattern,
      scheduleExpression: found.ScheduleExpression,
      roleArn: found.RoleArn,
      state: found.State,
      tagsAll: tagsOf(tags),
    };
  },

  async update({ aws, inputs: given, outputs, tags, changed, removedTags }) {
    await putRule(aws, given, {});
    if (!changed("tags")) return;
    const events = await aws.client("events");
    const ResourceARN = String(outputs.arn);
    if (removedTags.length > 0) await events.untagResource({ ResourceARN, TagKeys: [...removedTags] });
    if (Object.keys(tags).length > 0) await events.tagResource({ ResourceARN, Tags: tagList(tags) });
  },

  async delete({ aws, id, inputs: given }) {
    const events = await aws.client("events");
    const { Name, EventBusName } = ruleOf(id);
    const Rule = Name;
    if (given.forceDestroy) {
      const { Targets = [] } = await events.listTargetsByRule({ Rule, EventBusName });
      const Ids = Targets.flatMap(({ Id }) => Id ?? []);
      if (Ids.length > 0) await events.removeTargets({ Rule, EventBusName, Ids, Force: true });
    }
    await events.deleteRule({ Name, EventBusName, Force: given.forceDestroy });
  },
});

async function putRule(aws: Aws, given: Inputs, tags: Tags): Promise<void> {
  const events = await aws.client("events");
  await events.putRule({
    Name: given.name,
    EventBusName: given.eventBusName,
    Description: given.description,
    EventPattern: given.eventPattern,
    ScheduleExpression: given.scheduleExpression,
    RoleArn: given.roleArn,
    State: given.state,
    // An update of a rule takes no tags.
    ...(Object.keys(tags).length > 0 ? { Tags: tagList(tags) } : {}),
  });
}

/** The id is the name or, on another bus than the default one, `bus/name`. */
function ruleOf(id: string): { Name: string; EventBusName: string } {
  const at = id.lastIndexOf("/");
  return { Name: id.slice(at + 1), EventBusName: at < 0 ? DEFAULT_BUS : id.slice(0, at) };
}
