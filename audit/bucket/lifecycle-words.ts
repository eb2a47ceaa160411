import type { LifecycleRule } from "@aws-sdk/client-s3";

/** A rule of a lifecycle as the stack declares it. */
export interface DeclaredRule {
  readonly id: string;
  readonly status: string;
  readonly filter?: {
    readonly prefix?: string;
    readonly and?: {
      readonly prefix?: string;
      readonly tags?: Readonly<Record<string, string>>;
      readonly objectSizeGreaterThan?: number;
    };
  };
  readonly expiration?: { readonly days?: number; readonly expiredObjectDeleteMarker?: boolean };
  readonly noncurrentVersionExpiration?: { readonly noncurrentDays?: number };
  readonly abortIncompleteMultipartUpload?: { readonly daysAfterInitiation?: number };
  readonly transitions?: readonly { readonly days?: number; readonly storageClass?: string }[];
}

/** Everything that a rule does and to what, in one sentence; the same for two rules of one meaning. */
interface RuleParts {
  readonly isOn: boolean;
  readonly prefix: string;
  readonly tags: readonly (readonly [string, string])[];
  readonly overBytes: number | undefined;
  readonly underBytes: number | undefined;
  readonly does: readonly (string | false | undefined)[];
}

export function declaredRuleWords(rule: DeclaredRule): string {
  const { filter = {}, expiration, noncurrentVersionExpiration: old, transitions = [] } = rule;
  return words({
    isOn: rule.status === "Enabled",
    prefix: filter.and?.prefix ?? filter.prefix ?? "",
    tags: Object.entries(filter.and?.tags ?? {}),
    overBytes: filter.and?.objectSizeGreaterThan,
    underBytes: undefined,
    does: [
      ...effects(expiration?.days, expiration?.expiredObjectDeleteMarker, old?.noncurrentDays),
      aborts(rule.abortIncompleteMultipartUpload?.daysAfterInitiation),
      ...transitions.map(({ days, storageClass }) => moves(days, storageClass)),
    ],
  });
}

export function actualRuleWords(rule: LifecycleRule): string {
  const { Filter = {}, Expiration, NoncurrentVersionExpiration: old, Transitions = [] } = rule;
  const tags = Filter.And?.Tags ?? (Filter.Tag ? [Filter.Tag] : []);
  const date = Expiration?.Date?.toISOString().slice(0, 10);
  const kept = old?.NewerNoncurrentVersions;
  return words({
    isOn: rule.Status === "Enabled",
    prefix: Filter.And?.Prefix ?? Filter.Prefix ?? rule.Prefix ?? "",
    tags: tags.map(({ Key = "", Value = "" }) => [Key, Value]),
    overBytes: Filter.And?.ObjectSizeGreaterThan ?? Filter.ObjectSizeGreaterThan,
    underBytes: Filter.And?.ObjectSizeLessThan ?? Filter.ObjectSizeLessThan,
    does: [
      ...effects(Expiration?.Days, Expiration?.ExpiredObjectDeleteMarker, old?.NoncurrentDays),
      aborts(rule.AbortIncompleteMultipartUpload?.DaysAfterInitiation),
      ...Transitions.map(({ Days, StorageClass }) => moves(Days, StorageClass)),
      date !== undefined && `expires on ${date}`,
      kept !== undefined && `keeps ${kept} replaced versions`,
      ...(rule.NoncurrentVersionTransitions ?? []).map(
        ({ NoncurrentDays, StorageClass }) => `${moves(NoncurrentDays, StorageClass)} when replaced`,
      ),
    ],
  });
}

function effects(days: number | undefined, markers: boolean | undefined, replacedDays: number | undefined) {
  return [
    days !== undefined && days > 0 && `expires after ${days} days`,
    markers === true && "clears lone delete markers",
    replacedDays !== undefined && `replaced versions go after ${replacedDays} days`,
  ];
}

const aborts = (days: number | undefined) =>
  days !== undefined && `unfinished uploads end after ${days} days`;
const moves = (days = 0, storageClass = "") => `moves to ${storageClass} after ${days} days`;

function words({ isOn, prefix, tags, overBytes, underBytes, does }: RuleParts): string {
  const tagged = tags.map(([key, value]) => `${key}=${value}`).sort();
  const of = [
    prefix === "" ? "everything" : prefix,
    tagged.length > 0 && `tagged ${tagged.join(", ")}`,
    // Every object is larger than nothing, or has nothing to lose.
    overBytes !== undefined && overBytes > 0 && `over ${overBytes} bytes`,
    underBytes !== undefined && `under ${underBytes} bytes`,
  ].filter((part) => part !== false);
  const effect = does.filter((part) => typeof part === "string").sort();
  return `${isOn ? "" : "off: "}${of.join(" ")}: ${effect.join(", ")}`;
}
