import type { AuditContext } from "../audit-context.ts";
import type { AuditFact, FactKind } from "../audit-fact.ts";
import { type AwsAnswer, answerFact, askAws, refusedFact, UP } from "../aws/ask-aws.ts";
import { type DeclaredStack, type Inputs, UNKNOWN_KEY } from "../declared/declared-stack.ts";
import { comparePolicies } from "../policies/compare-policies.ts";

const kind = (id: string, setting: string): FactKind => ({
  id: `alarms.${id}`,
  setting,
  source: "SNS GetTopicAttributes",
  fix: UP,
});
const POLICY = kind("topic-policy", "policy of a topic for alerts");
const KEY = kind("topic-key", "key that encrypts the messages of a topic for alerts");
export const TOPIC_KINDS: readonly FactKind[] = [POLICY, KEY];

type Attributes = Readonly<Record<string, string>>;

/**
 * Two facts of each topic that the stack makes: whom its policy does not let publish is refused, and nobody hears of that.
 * A topic that the plan names by its ARN is its owner's.
 * @see https://docs.aws.amazon.com/sns/latest/api/API_GetTopicAttributes.html
 */
export async function* topicFacts(context: AuditContext, stack: DeclaredStack): AsyncGenerator<AuditFact> {
  for (const topic of stack.of("sns/topic:Topic")) yield* oneTopic(context, stack, topic);
}

async function* oneTopic(
  context: AuditContext,
  stack: DeclaredStack,
  inputs: Inputs,
): AsyncGenerator<AuditFact> {
  const { accountId, partition, region } = stack.account;
  const subject = String(inputs.name);
  const arn = `arn:${partition}:sns:${region}:${accountId}:${subject}`;
  const sns = await context.aws.client("sns", region);
  const answer = await askAws(
    "sns:GetTopicAttributes",
    ["NotFound", "NotFoundException"],
    async (): Promise<Attributes> => (await sns.getTopicAttributes({ TopicArn: arn })).Attributes ?? {},
  );
  // That there is none is told with its subscribers.
  if (answer.is === "absent") return;
  const document = String(stack.one("sns/topicPolicy:TopicPolicy", { arn })?.policy);
  yield answerFact(context, POLICY, {
    ...{ subject, answer, declared: comparePolicies(document, document).declared },
    words: ({ Policy = "{}" }) => comparePolicies(document, Policy).actual,
  });
  yield keyFact(context, { subject, answer, declared: String(inputs.kmsMasterKeyId) });
}

function keyFact(
  context: AuditContext,
  about: { readonly subject: string; readonly declared: string; readonly answer: AwsAnswer<Attributes> },
): AuditFact {
  const { subject, declared, answer } = about;
  const isEncrypted = answer.is === "told" && Boolean(answer.value.KmsMasterKeyId);
  // Which key it is cannot be compared; that there is none can.
  if (isEncrypted && declared.startsWith(UNKNOWN_KEY))
    return refusedFact(context, KEY, { subject, declared, permission: "kms:DescribeKey" });
  return answerFact(context, KEY, { ...about, words: ({ KmsMasterKeyId }) => KmsMasterKeyId || "none" });
}
