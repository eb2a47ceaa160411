import { SEVERITIES, type Severity } from "../../components/monitoring/severity.ts";
import type { AuditContext } from "../audit-context.ts";
import type { AuditFact, FactKind } from "../audit-fact.ts";
import { answerFact, askAws } from "../aws/ask-aws.ts";
import type { DeclaredStack } from "../declared/declared-stack.ts";
import { makeFact } from "../make-fact.ts";

const SUBSCRIBERS: FactKind = {
  id: "alarms.subscribers",
  setting: "who hears of alerts of a severity",
  source: "SNS ListSubscriptionsByTopic",
  fix: "pulumi up --refresh --stack {stack}, then have each address confirm the message that it got",
};
export const SUBSCRIBER_KINDS: readonly FactKind[] = [SUBSCRIBERS];

const PENDING = "PendingConfirmation";

/** One fact for each severity: an alert that goes to a topic without readers is none. */
export async function* subscriberFacts(
  context: AuditContext,
  stack: DeclaredStack,
): AsyncGenerator<AuditFact> {
  for (const severity of SEVERITIES) yield await oneTopic(context, stack, severity);
}

async function oneTopic(context: AuditContext, stack: DeclaredStack, severity: Severity): Promise<AuditFact> {
  const { plan, aws } = context;
  const { accountId, partition, region } = stack.account;
  const { arn, emails } = plan.alerts.topics[severity];
  const own = `arn:${partition}:sns:${region}:${accountId}:holdfast-${plan.environment}-${severity}`;
  const TopicArn = arn ?? own;
  const sns = await aws.client("sns", TopicArn.split(":")[3] || region);
  const answer = await askAws("sns:ListSubscriptionsByTopic", ["NotFound", "NotFoundException"], async () => {
    const found: Subscription[] = [];
    let NextToken: string | undefined;
    do {
      const page = await sns.listSubscriptionsByTopic({ TopicArn, ...(NextToken && { NextToken }) });
      for (const { Endpoint = "", SubscriptionArn } of page.Subscriptions ?? [])
        found.push({
          endpoint: Endpoint,
          isConfirmed: SubscriptionArn !== PENDING && SubscriptionArn !== "Deleted",
        });
      ({ NextToken } = page);
    } while (NextToken);
    return found;
  });
  const wanted = [...emails].sort();
  if (wanted.length === 0 && answer.is === "told" && !answer.value.some(({ isConfirmed }) => isConfirmed))
    return nobodyFact(context, severity, arn);
  // What else is subscribed to a topic is its owner's; of one without addresses in the plan, anybody will do.
  const declared = wanted.length > 0 ? wanted.join(", ") : "somebody";
  return answerFact(context, SUBSCRIBERS, {
    ...{ subject: severity, declared, answer, absent: "there is no topic" },
    words: (found) => wanted.flatMap((email) => trouble(email, found)).join(", ") || declared,
  });
}

/** A plan may send its alerts to a chat alone; a topic that it names itself has readers. */
function nobodyFact(context: AuditContext, severity: Severity, arn: string | undefined): AuditFact {
  return makeFact(context, SUBSCRIBERS, {
    ...{ subject: severity, declared: "somebody", actual: "nobody" },
    verdict: arn === undefined ? "PARTIAL" : "FAIL",
    ...(arn === undefined && {
      fix: "Name addresses in alerts.topics.{subject}.emails of the plan, unless the chat suffices.",
    }),
  });
}

interface Subscription {
  readonly endpoint: string;
  readonly isConfirmed: boolean;
}

function trouble(email: string, found: readonly Subscription[]): string[] {
  const own = found.filter(({ endpoint }) => endpoint === email);
  if (own.some(({ isConfirmed }) => isConfirmed)) return [];
  return [own.length > 0 ? `${email} has not confirmed` : `${email} is not subscribed`];
}
