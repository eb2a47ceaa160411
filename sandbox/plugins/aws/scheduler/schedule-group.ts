import { z } from "zod";
import { awsResource } from "../aws-resource.ts";
import { tagList, tagsOf } from "../tag-list.ts";

/** @see https://www.pulumi.com/registry/packages/aws/api-docs/scheduler/schedulegroup/ */
export const scheduleGroup = awsResource({
  type: "aws:scheduler/scheduleGroup:ScheduleGroup",
  inputs: { name: z.string().optional() },
  replaces: ["name"],
  unique: ["name"],
  autoName: { longest: 64 },
  tagged: true,
  absent: ["ResourceNotFoundException"],
  async create({ aws, inputs: { name: Name = "" }, tags }) {
    await (await aws.client("scheduler")).createScheduleGroup({ Name, Tags: tagList(tags) });
    return Name;
  },
  async read({ aws, id }) {
    const scheduler = await aws.client("scheduler");
    const found = await scheduler.getScheduleGroup({ Name: id });
    // Its schedules go with it, and take a while.
    if (found.State === "DELETING") return undefined;
    const { Tags } = await scheduler.listTagsForResource({ ResourceArn: found.Arn });
    return {
      ...{ name: found.Name, arn: found.Arn, state: found.State },
      ...{ creationDate: found.CreationDate, lastModificationDate: found.LastModificationDate },
      tagsAll: tagsOf(Tags),
    };
  },
  async update({ aws, outputs, tags, removedTags, changed }) {
    if (!changed("tags")) return;
    const scheduler = await aws.client("scheduler");
    const ResourceArn = String(outputs.arn);
    if (removedTags.length > 0) await scheduler.untagResource({ ResourceArn, TagKeys: [...removedTags] });
    await scheduler.tagResource({ ResourceArn, Tags: tagList(tags) });
  },
  async delete({ aws, id }) {
    await (await aws.client("scheduler")).deleteScheduleGroup({ Name: id });
  },
});
