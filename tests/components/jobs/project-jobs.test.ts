import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  jobSecretNames,
  projectSecretNames,
  watchSecretNames,
} from "../../../components/jobs/job-secret-names.ts";
import { readEscrowKey } from "../../../components/jobs/read-escrow-key.ts";
import { HoldfastError } from "../../../plan/holdfast-error.ts";
import { testDirectory } from "../../support/servers.ts";
import { ESCROW_PEM, ESCROW_PRIVATE_PEM } from "../support/escrow-pem.ts";
import { shippedPlan, smallPlan } from "../support/protection.ts";

const refused = (code: string, message: RegExp) => (error: unknown) =>
  error instanceof HoldfastError &&
  error.code === code &&
  error.exitCode === 2 &&
  message.test(error.message);

describe("the secrets of a plan's jobs", () => {
  it("are what they log in with, not what hooks and cut-overs need", () => {
    assert.deepEqual(jobSecretNames(shippedPlan("prod")), [
      "COPPERCORE_DATABASE_URL",
      "HOLDFAST_CHAT_WEBHOOK_URL",
      "ORDAK_DATABASE_URL",
      "ORDAK_STORAGE_ACCESS_KEY_ID",
      "ORDAK_STORAGE_SECRET_ACCESS_KEY",
      "PULUMI_CONFIG_PASSPHRASE",
      "SUPABASE_ACCESS_TOKEN",
    ]);
  });

  it("are what they sign evidence with, too", () => {
    const signing = { privateKey: { env: "SIGNING_KEY" } };
    const plan = smallPlan({ keys: { kms: "alias/holdfast-test", signing } });
    assert.deepEqual(jobSecretNames(plan), ["ORDERS_DATABASE_URL", "SIGNING_KEY"]);
  });

  it("are, of the watch, what it asks Supabase and tells the chat with, and no login to a database", () => {
    const names = ["HOLDFAST_CHAT_WEBHOOK_URL", "SUPABASE_ACCESS_TOKEN"];
    assert.deepEqual(watchSecretNames(shippedPlan("prod")), names);
    assert.deepEqual(watchSecretNames(smallPlan()), []);
  });

  it("are, of a drill, what its target and its stack's state are reached with, and not production", () => {
    const { drills, ...plan } = smallPlan();
    const [project] = plan.projects;
    assert.ok(project);
    const names = (place: Partial<typeof drills>) =>
      projectSecretNames({ ...plan, drills: { ...drills, ...place } }, project, "drill");
    const target = {
      kind: "server",
      connection: { env: "DRILL_SERVER_URL" },
      template: "template0",
    } as const;
    assert.deepEqual(names({ target }), ["DRILL_SERVER_URL", "PULUMI_CONFIG_PASSPHRASE"]);
    assert.deepEqual(names({ backend: "s3://states" }), ["PULUMI_CONFIG_PASSPHRASE"]);
    const service = names({ backend: "https://api.pulumi.com" });
    assert.deepEqual(service, ["PULUMI_ACCESS_TOKEN", "PULUMI_CONFIG_PASSPHRASE"]);
  });

  it("cannot be in files", () => {
    assert.throws(
      () => jobSecretNames(smallPlan({}, { connection: { file: "/run/url" } })),
      refused("SECRET_OUT_OF_REACH", /^projects\.orders\.connection names a file/),
    );
    const signing = { privateKey: { file: "/run/key" } };
    assert.throws(
      () => jobSecretNames(smallPlan({ keys: { kms: "alias/holdfast-test", signing } })),
      refused("SECRET_OUT_OF_REACH", /^vault\.keys\.signing\.privateKey names a file/),
    );
    const { alerts, ...plan } = smallPlan();
    assert.throws(
      () => jobSecretNames({ ...plan, alerts: { ...alerts, chatWebhook: { file: "/run/chat" } } }),
      refused("SECRET_OUT_OF_REACH", /^alerts\.chatWebhook names a file/),
    );
  });
});

describe("readEscrowKey", () => {
  const fileOf = async (text: string) => {
    const file = join(await testDirectory("escrow"), "key.pem");
    writeFileSync(file, text);
    return file;
  };

  it("reads the public half", async () => {
    assert.equal(readEscrowKey(await fileOf(ESCROW_PEM)), ESCROW_PEM);
  });

  it("refuses the private half, another text, and no file", async () => {
    const secret = await fileOf(ESCROW_PRIVATE_PEM);
    assert.throws(() => readEscrowKey(secret), refused("ESCROW_KEY_INVALID", /holds a private key/));
    const other = await fileOf("key: a");
    assert.throws(() => readEscrowKey(other), refused("ESCROW_KEY_INVALID", /not a readable public key/));
    assert.throws(
      () => readEscrowKey("/nonexistent/key.pem"),
      refused("ESCROW_KEY_INVALID", /^The escrow public key file \/nonexistent\/key\.pem cannot be read\.$/),
    );
  });
});
