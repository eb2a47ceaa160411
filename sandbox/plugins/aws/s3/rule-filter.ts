import type { LifecycleRuleFilter } from "@aws-sdk/client-s3";
import { lowerKeys, upperKeys } from "../key-case.ts";
import { tagList, tagsOf } from "../tag-list.ts";

/** Which objects a rule of a bucket is about, as programs say it. */
export interface RuleFilter {
  readonly prefix?: string | undefined;
  readonly tag?: { readonly key: string; readonly value: string } | undefined;
  readonly and?: { readonly tags?: Readonly<Record<string, string>> | undefined } | undefined;
}

/** Tags are a list in S3, and a map in programs. An empty filter is about every object. */
export function toFilter({ and, ...rest }: RuleFilter): LifecycleRuleFilter {
  if (and)
    return {
      And: { ...upperKeys<object>(withoutTags(and)), ...(and.tags ? { Tags: tagList(and.tags) } : {}) },
    };
  const filter = upperKeys<LifecycleRuleFilter>(rest);
  return Object.keys(filter).length === 0 ? { Prefix: "" } : filter;
}

export function fromFilter({ And, ...rest }: LifecycleRuleFilter): object {
  if (!And) return lowerKeys(rest);
  const { Tags, ...others } = And;
  return { and: { ...lowerKeys(others), ...(Tags ? { tags: tagsOf(Tags as never) } : {}) } };
}

function withoutTags({ tags: _, ...rest }: NonNullable<RuleFilter["and"]>): object {
  return rest;
}
