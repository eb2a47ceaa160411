import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import * as aws from "@pulumi/aws/index.js";
import * as kms from "@pulumi/aws/kms/index.js";
import * as s3 from "@pulumi/aws/s3/index.js";
import * as pulumi from "@pulumi/pulumi";
import { type FaultProxy, SLOW_DOWN, startFaultProxy } from "../../../support/fault-proxy.ts";
import { getAws } from "../../../support/servers.ts";
import { AwsStack } from "./support/aws-stack.ts";

const DENIED = {
  answer: 403,
  body: "<Error><Code>AccessDenied</Code><Message>no, with s3cret-words</Message></Error>",
};

describe("resources of AWS, when something goes wrong", () => {
  let proxy: FaultProxy;
  let stack: AwsStack;
  const bucket = `fault-${randomBytes(4).toString("hex")}`;
  before(async () => {
    proxy = await startFaultProxy((await getAws()).endpoint);
    stack = await AwsStack.open({
      endpoint: proxy.endpoint,
      settings: { maxRetries: "2", defaultTags: JSON.stringify({ tags: { stage: "test" } }) },
    });
  });
  after(async () => {
    await proxy.close();
    stack.project.remove();
  });
  afterEach(() => proxy.clear());
  const one = async (): Promise<object> => {
    const made = new s3.Bucket("one", { bucket, tags: { team: pulumi.secret("s3cret-words") } });
    return { arn: made.arn, tags: made.tagsAll };
  };

  it("fails with the error's name, leaves nothing behind, and hides secrets", async () => {
    proxy.inject({ kind: DENIED, when: ({ method }) => method === "PUT" });
    await assert.rejects(stack.up(one), (error: Error) => {
      assert.match(error.message, /create of urn:\S+::one failed: AccessDenied: no, with \*\*\*/);
      assert.doesNotMatch(error.message, /s3cret-words/);
      return true;
    });
    assert.equal((await stack.ids()).one, undefined);
  });

  it("keeps a bucket whose tags were refused, and completes it later", async () => {
    proxy.inject({ kind: DENIED, when: ({ method, url }) => method === "PUT" && url.includes("tagging") });
    await assert.rejects(stack.up(one), /AccessDenied/);
    assert.equal((await stack.ids()).one, bucket);
    proxy.clear();
    assert.deepEqual(await stack.up(one), { same: 1, update: 1 });
    assert.deepEqual((await stack.outputs()).tags, { team: "s3cret-words", stage: "test" });
    assert.doesNotMatch(stack.project.stateText, /s3cret-words/);
  });

  it("asks again when it is asked to slow down, or an answer is lost", async () => {
    proxy.inject({ kind: SLOW_DOWN, when: ({ method }) => method === "PUT", times: 1 });
    proxy.inject({ kind: "lose-answer", when: ({ method }) => method === "PUT", times: 1 });
    const other = async () => {
      await one();
      new s3.Bucket("two", { bucket: `${bucket}-two` });
    };
    assert.deepEqual(await stack.up(other), { create: 1, same: 2 });
    assert.deepEqual(await stack.up(other), { same: 3 });
  });

  it("does not take over a bucket that exists already", async () => {
    const again = async () => {
      await one();
      new s3.Bucket("two", { bucket: `${bucket}-two` });
      new s3.Bucket("thief", { bucket });
    };
    await assert.rejects(stack.up(again), new RegExp(`BucketAlreadyExists: ${bucket} exists already`));
  });

  it("refuses by name what it does not know, before anything changes", async () => {
    const changes = () =>
      proxy.seen.filter(({ method, headers }) => method === "PUT" || headers["x-amz-target"]).length;
    const before = changes();
    await assert.rejects(
      stack.up(async () => new kms.Key("key", { xksKeyId: "x", deletionWindowInDays: 3 })),
      /deletionWindowInDays: Too small\b.*; xksKeyId: aws:kms\/key:Key has no such property that is supported here/,
    );
    await assert.rejects(
      stack.up(async () => new s3.BucketAcl("acl", { bucket })),
      /aws:s3\/bucketAcl:BucketAcl are not supported here/,
    );
    assert.equal(changes(), before);
  });

  it("answers who and where it is", async () => {
    await stack.up(async () => {
      await one();
      const { accountId, arn } = await aws.getCallerIdentity({});
      const { partition } = await aws.getPartition({});
      const { names } = await aws.getAvailabilityZones({ state: "available" });
      return { accountId, arn, partition, names };
    });
    const { arn, names, ...rest } = await stack.outputs();
    assert.deepEqual(rest, { accountId: "000000000000", partition: "aws" });
    assert.match(String(arn), /^arn:aws:/);
    assert.deepEqual(names, ["eu-west-2a", "eu-west-2b", "eu-west-2c"]);
    await assert.rejects(
      stack.up(async () => {
        await aws.getRegions({});
      }),
      /the function aws:index\/getRegions:getRegions is not supported here/,
    );
  });

  it("refuses settings that it does not know, and the wrong account", async () => {
    await stack.stack.setConfig("aws:allowedAccountIds", { value: '["111111111111"]' });
    await assert.rejects(stack.up(one), /AWS account ID not allowed: 000000000000/);
    await stack.stack.setConfig("aws:allowedAccountIds", { value: '["000000000000"]' });
    await stack.stack.setConfig("aws:httpProxy", { value: "http://localhost" });
    await assert.rejects(stack.up(one), /httpProxy: the provider aws has no such property/);
    await stack.stack.removeConfig("aws:httpProxy");
    assert.deepEqual(await stack.up(one), { same: 2 });
    await stack.destroy();
  });
});
