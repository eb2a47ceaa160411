import type { CloudWatch, MetricAlarm } from "@aws-sdk/client-cloudwatch";
import type { AuditContext } from "../audit-context.ts";
import type { AuditFact, FactKind } from "../audit-fact.ts";
import { type AwsAnswer, answerFact, askAws, UP } from "../aws/ask-aws.ts";
import type { DeclaredStack, Inputs } from "../declared/declared-stack.ts";
import { makeFact } from "../make-fact.ts";
import { actualCondition, declaredCondition } from "./condition-words.ts";

const kind = (id: string, setting: string): FactKind => ({
  id: `alarms.${id}`,
  setting,
  source: "CloudWatch DescribeAlarms",
  fix: UP,
});
const ENABLED = kind("enabled", "whether an alarm does something");
const CONDITION = kind("condition", "what an alarm fires on");
const ACTIONS = kind("actions", "whom an alarm tells");
export const ALARM_KINDS: readonly FactKind[] = [ENABLED, CONDITION, ACTIONS];

/** As many as one request takes. */
const AT_ONCE = 100;

/** Three facts of each declared alarm. */
export async function* alarmFacts(context: AuditContext, stack: DeclaredStack): AsyncGenerator<AuditFact> {
  const declared = stack.of("cloudwatch/metricAlarm:MetricAlarm");
  const cloudwatch = await context.aws.client("cloudwatch");
  const names = declared.map(({ name }) => String(name));
  const answer = await askAws("cloudwatch:DescribeAlarms", [], () => describeAll(cloudwatch, names));
  for (const inputs of declared) yield* oneAlarm(context, inputs, answer);
}

async function describeAll(
  cloudwatch: CloudWatch,
  names: readonly string[],
): Promise<Map<string, MetricAlarm>> {
  const found = new Map<string, MetricAlarm>();
  for (let start = 0; start < names.length; start += AT_ONCE) {
    const { MetricAlarms = [] } = await cloudwatch.describeAlarms({
      AlarmNames: names.slice(start, start + AT_ONCE),
      AlarmTypes: ["MetricAlarm"],
      MaxRecords: AT_ONCE,
    });
    for (const alarm of MetricAlarms) found.set(alarm.AlarmName ?? "", alarm);
  }
  return found;
}

function* oneAlarm(
  context: AuditContext,
  inputs: Inputs,
  all: AwsAnswer<Map<string, MetricAlarm>>,
): Generator<AuditFact> {
  const subject = String(inputs.name);
  const project = projectOf(context, subject);
  const alarm = all.is === "told" ? all.value.get(subject) : undefined;
  const answer: AwsAnswer<MetricAlarm> =
    all.is !== "told" ? all : alarm ? { is: "told", value: alarm } : { is: "absent" };
  const about = { project, subject, answer };
  yield answerFact(context, ENABLED, {
    ...{ ...about, declared: "on" },
    words: ({ ActionsEnabled }) => (ActionsEnabled ? "on" : "off"),
  });
  // Each setting of an alarm that is gone is gone.
  if (answer.is === "absent") return;
  yield conditionFact(context, inputs, { project, subject, answer });
  const list = (topics: unknown) =>
    Array.isArray(topics) && topics.length > 0 ? [...topics].sort().join(", ") : "nobody";
  const told = (fire: unknown, over: unknown) => `${list(fire)}; when it is over ${list(over)}`;
  yield answerFact(context, ACTIONS, {
    ...{ ...about, declared: told(inputs.alarmActions, inputs.okActions) },
    words: ({ AlarmActions, OKActions }) => told(AlarmActions, OKActions),
  });
}

function conditionFact(
  context: AuditContext,
  inputs: Inputs,
  about: {
    readonly project: string | undefined;
    readonly subject: string;
    readonly answer: AwsAnswer<MetricAlarm>;
  },
): AuditFact {
  const { answer, ...rest } = about;
  const declared = declaredCondition(inputs);
  if (answer.is !== "told")
    return answerFact(context, CONDITION, { ...about, declared, words: actualCondition });
  const { MetricName, Metrics = [] } = answer.value;
  const actual = actualCondition(answer.value);
  // A server that tells neither keeps no calculations: the rest is compared all the same.
  const isUntold = MetricName === undefined && Metrics.length === 0 && inputs.metricQueries !== undefined;
  if (!isUntold) return makeFact(context, CONDITION, { ...rest, declared, actual });
  const isSame = declaredCondition({ ...inputs, metricQueries: [] }) === actual;
  return makeFact(context, CONDITION, {
    ...{
      ...rest,
      declared,
      actual: isSame ? "as declared but for the calculation, which CloudWatch does not tell" : actual,
    },
    ...(isSame && { verdict: "PARTIAL", fix: "Look at the alarm in the console." }),
  });
}

/** A project's alarm is called `holdfast-<environment>_<project>-…`; names of projects may begin with each other. */
function projectOf({ plan }: AuditContext, name: string): string | undefined {
  return plan.projects
    .map((project) => project.name)
    .filter((project) => name.startsWith(`holdfast-${plan.environment}_${project}-`))
    .toSorted((one, other) => other.length - one.length)[0];
}
