import assert from "node:assert/strict";
import type { AuditSource } from "../../../audit/audit-source.ts";
import { declaredStack } from "../../../audit/declared/declared-stack.ts";
import { TOPIC_KINDS, topicFacts } from "../../../audit/monitoring/topic-facts.ts";
import { type AuditedStack, auditedStack } from "../support/audited-stack.ts";
import { testDrifts } from "../support/drifts.ts";

const topics: AuditSource = {
  name: "topics",
  kinds: TOPIC_KINDS,
  async *read(context) {
    yield* topicFacts(context, await declaredStack(context));
  },
};
const CRITICAL = "holdfast-<env>-critical";
const arnOf = ({ plan }: AuditedStack) =>
  `arn:aws:sns:eu-west-2:000000000000:holdfast-${plan.environment}-critical`;
const put = (stack: AuditedStack, AttributeName: string, AttributeValue: string) =>
  stack.sns.setTopicAttributes({ TopicArn: arnOf(stack), AttributeName, AttributeValue });

async function attribute(stack: AuditedStack, name: string): Promise<string> {
  const { Attributes = {} } = await stack.sns.getTopicAttributes({ TopicArn: arnOf(stack) });
  return Attributes[name] ?? "";
}

describe("audit of topics", () => {
  let was = "";
  testDrifts(topics, [
    {
      what: "a topic whose messages are not encrypted any more",
      findings: [`alarms.topic-key/${CRITICAL}: none`],
      async make(stack) {
        was = await attribute(stack, "KmsMasterKeyId");
        await put(stack, "KmsMasterKeyId", "");
      },
      back: (stack) => put(stack, "KmsMasterKeyId", was),
    },
    {
      what: "another key",
      findings: [`alarms.topic-key/${CRITICAL}: alias/aws/sns`],
      async make(stack) {
        was = await attribute(stack, "KmsMasterKeyId");
        await put(stack, "KmsMasterKeyId", "alias/aws/sns");
      },
      back: (stack) => put(stack, "KmsMasterKeyId", was),
    },
    {
      what: "a statement that nobody declared",
      findings: [`alarms.topic-policy/${CRITICAL}: also allows by Strangers`],
      async make(stack) {
        was = await attribute(stack, "Policy");
        const { Statement, ...policy } = JSON.parse(was);
        const Strangers = { Sid: "Strangers", Effect: "Allow", Principal: "*", Action: "sns:Subscribe" };
        const added = { ...Strangers, Resource: arnOf(stack) };
        await put(stack, "Policy", JSON.stringify({ ...policy, Statement: [...Statement, added] }));
      },
      back: (stack) => put(stack, "Policy", was),
    },
  ]);

  it("finds each statement that somebody removed", async () => {
    const stack = await auditedStack();
    const whole = await attribute(stack, "Policy");
    const { Statement, ...policy }: { Statement: { Sid: string }[] } = JSON.parse(whole);
    assert.ok(Statement.length > 1);
    try {
      for (const { Sid } of Statement) {
        const left = Statement.filter((one) => one.Sid !== Sid);
        await put(stack, "Policy", JSON.stringify({ ...policy, Statement: left }));
        assert.deepEqual(await stack.findings(topics), [`alarms.topic-policy/${CRITICAL}: without ${Sid}`]);
      }
    } finally {
      await put(stack, "Policy", whole);
    }
    assert.deepEqual(await stack.findings(topics), []);
  });

  it("asks nothing of a topic that the plan names: it is its owner's", async () => {
    const stack = await auditedStack();
    const { TopicArn = "" } = await stack.sns.createTopic({ Name: `${stack.plan.environment}-theirs` });
    const info = { arn: TopicArn, emails: [] };
    const alerts = { ...stack.plan.alerts, topics: { ...stack.plan.alerts.topics, info } };
    const facts = await stack.facts(topics, { plan: { ...stack.plan, alerts } });
    const subjects = new Set(facts.map(({ id }) => id.split("/")[1]));
    assert.deepEqual(
      [...subjects],
      ["critical", "warning"].map((severity) => `holdfast-${stack.plan.environment}-${severity}`),
    );
  });

  it("tells a missing key, but compares none, where it may not look at keys", async () => {
    const stack = await auditedStack();
    const base = stack.context().aws;
    const denied = async () => {
      throw Object.assign(new Error("not authorized"), { name: "AccessDeniedException" });
    };
    const client = (service: string, region?: string) =>
      service === "kms" ? Promise.resolve({ describeKey: denied }) : base.client(service as "sns", region);
    const aws = { ...base, client: client as typeof base.client };
    const told = async () =>
      (await stack.facts(topics, { aws })).map(({ id, verdict, actual }) => [
        id.split("-").at(-1),
        verdict,
        actual,
      ]);
    const before = await attribute(stack, "KmsMasterKeyId");
    const refused = "not known: kms:DescribeKey is refused";
    const keys = async () => (await told()).filter((_, index) => index % 2 === 1);
    assert.deepEqual(await keys(), [
      ["critical", "PARTIAL", refused],
      ["warning", "PARTIAL", refused],
      ["info", "PARTIAL", refused],
    ]);
    await put(stack, "KmsMasterKeyId", "");
    try {
      assert.deepEqual((await keys())[0], ["critical", "FAIL", "none"]);
    } finally {
      await put(stack, "KmsMasterKeyId", before);
    }
  });
});
