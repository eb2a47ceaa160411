import type { RDS } from "@aws-sdk/client-rds";
import type { Tags } from "../aws-resource-definition.ts";
import { tagList } from "../tag-list.ts";

/** Gives a resource the tags that it is to have. */
export async function changeTags(
  rds: RDS,
  ResourceName: string,
  { tags, removedTags }: { readonly tags: Tags; readonly removedTags: readonly string[] },
): Promise<void> {
  if (removedTags.length > 0) await rds.removeTagsFromResource({ ResourceName, TagKeys: [...removedTags] });
  await rds.addTagsToResource({ ResourceName, Tags: tagList(tags) });
}
