import { declaresVault } from "../../plan/declares-vault.ts";
import type { AuditSource } from "../audit-source.ts";
import { declaredStack } from "../declared/declared-stack.ts";
import { ALARM_KINDS, alarmFacts } from "../monitoring/alarm-facts.ts";
import { RULE_KINDS, ruleFacts } from "../monitoring/rule-facts.ts";
import { SUBSCRIBER_KINDS, subscriberFacts } from "../monitoring/subscriber-facts.ts";
import { TOPIC_KINDS, topicFacts } from "../monitoring/topic-facts.ts";

/** What raises alerts, that they get through, and that somebody hears of them. */
export const alarmsSource: AuditSource = {
  name: "alarms",
  kinds: [...ALARM_KINDS, ...RULE_KINDS, ...SUBSCRIBER_KINDS, ...TOPIC_KINDS],
  async *read(context) {
    if (!declaresVault(context.plan.vault)) return;
    const stack = await declaredStack(context);
    yield* alarmFacts(context, stack);
    yield* ruleFacts(context, stack);
    yield* subscriberFacts(context, stack);
    yield* topicFacts(context, stack);
  },
};
