import type { Tags } from "./aws-resource-definition.ts";

interface Tag {
  readonly Key: string;
  readonly Value: string;
}

/** Tags as most services take them. */
export function tagList(tags: Tags): Tag[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

/** Tags as most services tell them. */
export function tagsOf(list: readonly Partial<Tag>[] | undefined): Record<string, string> {
  return Object.fromEntries((list ?? []).map(({ Key = "", Value = "" }) => [Key, Value]));
}
