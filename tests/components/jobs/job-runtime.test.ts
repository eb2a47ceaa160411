import assert from "node:assert/strict";
import type { JobRuntime } from "../../../components/jobs/job-runtime.ts";
import { logsAreKeptEncrypted } from "../../../policies/rules/logs-are-kept-encrypted.ts";
import { messagesAreEncrypted } from "../../../policies/rules/messages-are-encrypted.ts";
import { judge } from "../../policies/judge.ts";
import { ACCOUNT, REGION } from "../../support/record-stack.ts";
import { declareRuntime, OPERATIONS_KEY_ARN } from "../support/job-runtime.ts";
import { Declared, smallPlan } from "../support/protection.ts";

const IMAGE = `ghcr.io/acme/holdfast@sha256:${"a".repeat(64)}`;
const OWN = {
  "aws:cloudwatch/logGroup:LogGroup": 1,
  "aws:ecs/cluster:Cluster": 1,
  "aws:scheduler/scheduleGroup:ScheduleGroup": 1,
  "aws:sqs/queue:Queue": 1,
};
const REPOSITORY = { "aws:ecr/lifecyclePolicy:LifecyclePolicy": 1, "aws:ecr/repository:Repository": 1 };

async function declare(image?: string) {
  const plan = smallPlan();
  const told: { runtime?: JobRuntime } = {};
  const declared = await Declared.of(plan, ({ job, ...rest }, facts) => {
    told.runtime = declareRuntime({ ...rest, job: { ...job, ...(image ? { image } : {}) } }, facts);
  });
  assert.ok(told.runtime);
  const { image: runs, repositoryUrl } = told.runtime;
  return {
    declared,
    runtime: told.runtime,
    image: await new Promise((resolve) => runs.apply(resolve)),
    repositoryUrl: repositoryUrl && (await new Promise((resolve) => repositoryUrl.apply(resolve))),
  };
}

const ownCounts = ({ all }: Declared) =>
  new Declared(all.filter(({ type, parent }) => type.startsWith("aws:") && parent === "runtime")).counts();

describe("JobRuntime", () => {
  let seen: Awaited<ReturnType<typeof declare>>;
  before(async () => {
    seen = await declare();
  });

  it("makes a repository for its image, which is tagged with the version", () => {
    assert.deepEqual(ownCounts(seen.declared), { ...OWN, ...REPOSITORY });
    assert.equal(seen.repositoryUrl, `${ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com/holdfast-test`);
    assert.equal(seen.image, `${seen.repositoryUrl}:1.2.3`);
    const { inputs } = seen.declared.get("runtime-images");
    assert.equal(inputs.imageTagMutability, "IMMUTABLE");
    assert.deepEqual(inputs.imageScanningConfiguration, { scanOnPush: true });
    const { repository, policy } = seen.declared.get("runtime-images-lifecycle").inputs;
    assert.equal(repository, "holdfast-test");
    assert.deepEqual(JSON.parse(String(policy)).rules[0].selection, {
      tagStatus: "any",
      countType: "imageCountMoreThan",
      countNumber: 10,
    });
  });

  it("makes none where the plan names an image", async () => {
    const { declared, image, repositoryUrl } = await declare(IMAGE);
    assert.deepEqual(ownCounts(declared), OWN);
    assert.equal(image, IMAGE);
    assert.equal(repositoryUrl, undefined);
  });

  it("keeps its log for 400 days, and what could not be started for 14, both encrypted", async () => {
    const log = seen.declared.get("runtime-log").inputs;
    assert.deepEqual(
      [log.name, log.retentionInDays, log.kmsKeyId],
      ["/holdfast/test/jobs", 400, OPERATIONS_KEY_ARN],
    );
    const queue = seen.declared.get("runtime-dead-letters").inputs;
    assert.deepEqual(
      [queue.name, queue.messageRetentionSeconds, queue.kmsMasterKeyId],
      ["holdfast-test-dead-letters", 1_209_600, OPERATIONS_KEY_ARN],
    );
    assert.equal(seen.runtime.deadLetterQueueName, queue.name);
    for (const { type, inputs } of seen.declared.all) {
      assert.deepEqual(await judge(logsAreKeptEncrypted, { type, props: inputs }), []);
      assert.deepEqual(await judge(messagesAreEncrypted, { type, props: inputs }), []);
    }
  });

  it("has names that the roles of the environment may use, and its tags", () => {
    for (const name of ["runtime-cluster", "runtime-schedules", "runtime-images"])
      assert.equal(seen.declared.get(name).inputs.name, "holdfast-test", name);
    const tagged = seen.declared.all.filter(({ parent, inputs }) => parent === "runtime" && inputs.tags);
    assert.equal(tagged.length, 5);
    for (const { name, inputs } of tagged)
      assert.deepEqual(
        inputs.tags,
        { "holdfast:environment": "test", "holdfast:component": "JobRuntime" },
        name,
      );
  });
});
