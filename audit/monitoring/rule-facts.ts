import { isDeepStrictEqual } from "node:util";
import type { AuditContext } from "../audit-context.ts";
import type { AuditFact, FactKind } from "../audit-fact.ts";
import { answerFact, askAws, refusedFact, UP } from "../aws/ask-aws.ts";
import { type DeclaredStack, type Inputs, UNKNOWN_KEY } from "../declared/declared-stack.ts";

const kind = (id: string, setting: string, call: string): FactKind => ({
  id: `alarms.${id}`,
  setting,
  source: `EventBridge ${call}`,
  fix: UP,
});
const STATE = kind("rule", "state of a rule on events", "DescribeRule");
const PATTERN = kind("rule-pattern", "events that a rule listens to", "DescribeRule");
const TARGETS = kind("rule-targets", "whom a rule tells", "ListTargetsByRule");
export const RULE_KINDS: readonly FactKind[] = [STATE, PATTERN, TARGETS];

/** Three facts of each rule that tells of tampering and of tasks that died. */
export async function* ruleFacts(context: AuditContext, stack: DeclaredStack): AsyncGenerator<AuditFact> {
  for (const rule of stack.of("cloudwatch/eventRule:EventRule")) yield* oneRule(context, stack, rule);
}

async function* oneRule(
  context: AuditContext,
  stack: DeclaredStack,
  inputs: Inputs,
): AsyncGenerator<AuditFact> {
  const subject = String(inputs.name);
  const region = inputs.region === undefined ? undefined : String(inputs.region);
  const events = await context.aws.client("events", region);
  const answer = await askAws("events:DescribeRule", ["ResourceNotFoundException"], () =>
    events.describeRule({ Name: subject }),
  );
  const about = { subject, answer };
  yield answerFact(context, STATE, {
    ...{ ...about, declared: String(inputs.state) },
    words: ({ State }) => State ?? "absent",
  });
  // Each setting of a rule that is gone is gone.
  if (answer.is === "absent") return;
  const pattern = String(inputs.eventPattern);
  const declared = patternWords(pattern);
  yield pattern.includes(UNKNOWN_KEY)
    ? refusedFact(context, PATTERN, { subject, declared, permission: "kms:DescribeKey" })
    : answerFact(context, PATTERN, {
        ...{ ...about, declared },
        words: ({ EventPattern = "{}" }) =>
          isDeepStrictEqual(JSON.parse(EventPattern), JSON.parse(pattern))
            ? declared
            : patternWords(EventPattern),
      });
  const targets = await askAws("events:ListTargetsByRule", ["ResourceNotFoundException"], () =>
    events.listTargetsByRule({ Rule: subject }),
  );
  const own = stack.of("cloudwatch/eventTarget:EventTarget", { rule: subject });
  yield answerFact(context, TARGETS, {
    ...{ subject, declared: targetWords(own.map(({ arn, roleArn }) => [arn, roleArn])), answer: targets },
    words: ({ Targets = [] }) => targetWords(Targets.map(({ Arn, RoleArn }) => [Arn, RoleArn])),
  });
}

/** With the role of a target that takes one. */
function targetWords(targets: readonly (readonly [arn: unknown, roleArn: unknown])[]): string {
  const words = targets.map(([arn, roleArn]) =>
    roleArn === undefined ? String(arn) : `${arn} by ${String(roleArn).split("/").at(-1)}`,
  );
  return words.sort().join(", ") || "nobody";
}

/** As JSON with the order of names taken out of it. */
function patternWords(pattern: string): string {
  const sorted = (_: string, value: unknown) =>
    value !== null && typeof value === "object" && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
      : value;
  return JSON.stringify(JSON.parse(pattern), sorted);
}
