import type { Aws, Tags } from "../aws-resource-definition.ts";
import { tagList, tagsOf } from "../tag-list.ts";

export async function readAlarmTags(aws: Aws, ResourceARN: string): Promise<Record<string, string>> {
  const cloudwatch = await aws.client("cloudwatch");
  const { Tags: found } = await cloudwatch.listTagsForResource({ ResourceARN });
  return tagsOf(found);
}

export async function changeAlarmTags(
  aws: Aws,
  ResourceARN: string,
  tags: Tags,
  removed: readonly string[],
): Promise<void> {
  const cloudwatch = await aws.client("cloudwatch");
  if (removed.length > 0) await cloudwatch.untagResource({ ResourceARN, TagKeys: [...removed] });
  if (Object.keys(tags).length > 0) await cloudwatch.tagResource({ ResourceARN, Tags: tagList(tags) });
}
