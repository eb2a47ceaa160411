import type { Tag } from "@aws-sdk/client-ecs";
import type { Tags } from "../aws-resource-definition.ts";

export function ecsTags(tags: Tags): Tag[] {
  return Object.entries(tags).map(([key, value]) => ({ key, value }));
}

export function tagTable(tags: readonly Tag[] = []): Tags {
  return Object.fromEntries(tags.map(({ key = "", value = "" }) => [key, value]));
}
