import { GetBucketLifecycleConfigurationCommand } from "@aws-sdk/client-s3";
import type { AuditFact } from "../audit-fact.ts";
import { answerFact, askAws } from "../aws/ask-aws.ts";
import type { DeclaredStack } from "../declared/declared-stack.ts";
import type { AuditedBucketPlace } from "./audited-bucket-place.ts";
import { actualRuleWords, type DeclaredRule, declaredRuleWords } from "./lifecycle-words.ts";

const TYPE = "s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration";

/** Rule by rule what is let go when, and that nothing else lets anything go. */
export async function* lifecycleFacts(
  { context, s3, bucket, kinds }: AuditedBucketPlace,
  stack: DeclaredStack,
): AsyncGenerator<AuditFact> {
  const rules = (stack.one(TYPE, { bucket })?.rules ?? []) as readonly DeclaredRule[];
  const answer = await askAws("s3:GetLifecycleConfiguration", ["NoSuchLifecycleConfiguration"], async () => {
    const { Rules = [] } = await s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket: bucket }));
    return new Map(Rules.map((rule, index) => [rule.ID ?? `rule ${index + 1}`, rule]));
  });
  for (const rule of rules) {
    yield answerFact(context, kinds.rule, {
      subject: rule.id,
      declared: declaredRuleWords(rule),
      answer,
      words: (found) => {
        const actual = found.get(rule.id);
        return actual ? actualRuleWords(actual) : "absent";
      },
    });
  }
  const ids = new Set(rules.map(({ id }) => id));
  yield answerFact(context, kinds.otherRules, {
    ...{ subject: bucket, declared: "none", answer, absent: "none" },
    words: (found) => {
      const others = [...found].filter(([id]) => !ids.has(id));
      return others.map(([id, rule]) => `${id}: ${actualRuleWords(rule)}`).join("; ") || "none";
    },
  });
}
