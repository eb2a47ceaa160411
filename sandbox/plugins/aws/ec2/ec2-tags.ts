import type { EC2, ResourceType, TagSpecification } from "@aws-sdk/client-ec2";
import type { Tags } from "../aws-resource-definition.ts";
import { tagList } from "../tag-list.ts";

/** The part of a request that tags what it makes. */
export function tagged(ResourceType: ResourceType, tags: Tags): { TagSpecifications?: TagSpecification[] } {
  const Tags = tagList(tags);
  return Tags.length > 0 ? { TagSpecifications: [{ ResourceType, Tags }] } : {};
}

/** Gives a resource the tags that it is to have. */
export async function changeTags(
  ec2: EC2,
  id: string,
  { tags, removedTags }: { readonly tags: Tags; readonly removedTags: readonly string[] },
): Promise<void> {
  if (removedTags.length > 0)
    await ec2.deleteTags({ Resources: [id], Tags: removedTags.map((Key) => ({ Key })) });
  const Tags = tagList(tags);
  if (Tags.length > 0) await ec2.createTags({ Resources: [id], Tags });
}
