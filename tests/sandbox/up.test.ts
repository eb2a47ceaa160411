import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DescribeKeyCommand } from "@aws-sdk/client-kms";
import { HeadBucketCommand } from "@aws-sdk/client-s3";
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { parse } from "yaml";
import { parsePlan } from "../../plan/parse-plan.ts";
import { sandboxDown } from "../../sandbox/down.ts";
import type { Sandbox } from "../../sandbox/sandbox.ts";
import { openMinistackServer } from "../../sandbox/servers/ministack-server.ts";
import { commandLineOf } from "../../sandbox/servers/running-process.ts";
import { sandboxStatus } from "../../sandbox/status.ts";
import { sandboxUp } from "../../sandbox/up.ts";
import { query } from "../support/databases.ts";
import { testDirectory } from "../support/servers.ts";
import { testKms, testS3 } from "../support/vaults.ts";

const SCALE = 0.02;
const base = new Date("2026-03-01T00:00:00Z");

describe("the sandbox", () => {
  let directory: string;
  let sandbox: Sandbox;
  const up = (): Promise<Sandbox> => sandboxUp({ directory, scale: SCALE, base });
  const pids = async (): Promise<unknown[]> => {
    const { postgres, supabase, aws } = await sandboxStatus(directory);
    return [postgres.pid, supabase.pid, aws.pid];
  };

  const awsOf = ({ aws }: Sandbox) => {
    const server = openMinistackServer(join(directory, "aws"));
    assert.ok(server);
    return { ...aws, server };
  };
  const describeKey = async (KeyId: string) => {
    const kms = testKms(awsOf(sandbox));
    try {
      return (await kms.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata;
    } finally {
      kms.destroy();
    }
  };

  before(async () => {
    directory = join(await testDirectory("sandbox"), "at");
    sandbox = await up();
  });
  after(() => sandboxDown({ directory, remove: true }));

  it("comes up with sample data, a vault and keys", async () => {
    const { postgres, supabase, aws } = await sandboxStatus(directory);
    assert.ok(postgres.running && supabase.running && aws.running);
    assert.deepEqual(postgres.databases.map(({ name }) => name).toSorted(), [
      "postgres",
      "supabase_template",
    ]);
    const [latest] = await query(
      sandbox.supabase.projects.ordak.url,
      "SELECT max(created_at) AS at FROM public.orders_bannos",
    );
    assert.deepEqual(latest?.at, new Date("2026-02-28T23:58:00Z"));
    const [role] = await query(
      sandbox.supabase.projects.coppercore.url,
      "SELECT rolsuper FROM pg_roles WHERE rolname = current_user",
    );
    assert.deepEqual(role, { rolsuper: false });
    const s3 = testS3(awsOf(sandbox));
    await s3.send(new HeadBucketCommand({ Bucket: sandbox.bucket }));
    s3.destroy();
    assert.equal((await describeKey(sandbox.keys.signing))?.KeySpec, "ECC_NIST_P256");
    assert.match(readFileSync(sandbox.keys.escrowPublicKeyFile, "utf8"), /^-----BEGIN PUBLIC KEY-----/);
    assert.equal(statSync(sandbox.keys.escrowPrivateKeyFile).mode & 0o777, 0o600);
  });

  it("writes a valid plan of both products, and no secret into it", () => {
    const text = readFileSync(sandbox.planFile, "utf8");
    const plan = parsePlan(parse(text), "plan.yaml");
    assert.equal(plan.environment, "sandbox");
    assert.deepEqual(
      plan.projects.map(({ name, connection }) => [name, connection]),
      [
        ["coppercore", { env: "COPPERCORE_DATABASE_URL" }],
        ["ordak", { env: "ORDAK_DATABASE_URL" }],
      ],
    );
    assert.deepEqual(plan.projects[0]?.objectives, { rtoSeconds: 1800, rpoSeconds: 300 });
    assert.equal(plan.vault.endpoint, sandbox.aws.endpoint);
    assert.deepEqual(plan.supabase, {
      endpoint: sandbox.supabase.endpoint,
      accessToken: { env: "SUPABASE_ACCESS_TOKEN" },
    });
    const { ordak, coppercore } = sandbox.supabase.projects;
    assert.deepEqual(
      plan.projects.map(({ ref }) => ref),
      [coppercore.ref, ordak.ref],
    );
    const secrets = [sandbox.postgres.password, sandbox.supabase.token, new URL(ordak.url).password];
    for (const secret of secrets) assert.ok(secret.length > 10 && !text.includes(secret));
    assert.equal(statSync(sandbox.environmentFile).mode & 0o777, 0o600);
    assert.equal(sandbox.environment.ORDAK_DATABASE_URL, ordak.url);
    assert.equal(sandbox.environment.SUPABASE_ACCESS_TOKEN, sandbox.supabase.token);
  });

  it("is applied as a stack, whose secrets are filled", async () => {
    const { stack } = await sandbox.openStack();
    const [first] = await stack.history(50, 1);
    assert.deepEqual(Object.keys(first?.resourceChanges ?? {}), ["create"]);
    const secrets = new SecretsManagerClient({ ...awsOf(sandbox), credentials: sandbox.aws });
    const { SecretString } = await secrets.send(
      new GetSecretValueCommand({ SecretId: "holdfast/sandbox/ORDAK_DATABASE_URL" }),
    );
    secrets.destroy();
    assert.equal(SecretString, sandbox.environment.ORDAK_DATABASE_URL);
    const state = readFileSync(join(directory, "stack/state/.pulumi/stacks/holdfast/sandbox.json"), "utf8");
    for (const secret of [
      SecretString,
      sandbox.supabase.token,
      sandbox.environment.ORDAK_STORAGE_SECRET_ACCESS_KEY,
    ])
      assert.ok(secret && !state.includes(secret));
  });

  it("is left as it is by a second up, and by two at once", async () => {
    const before = await pids();
    await query(sandbox.supabase.projects.ordak.url, "CREATE TABLE public.marker (id int)");
    const [second, third] = await Promise.all([up(), up()]);
    assert.deepEqual(await pids(), before);
    assert.equal(second.bucket, sandbox.bucket);
    assert.deepEqual(third.keys, sandbox.keys);
    await query(sandbox.supabase.projects.ordak.url, "SELECT * FROM public.marker");
  });

  it("makes empty projects to restore into", async () => {
    const url = await sandbox.createEmptyDatabase("ordak_restored");
    const [tables] = await query(
      url,
      "SELECT count(*)::int AS public FROM pg_tables WHERE schemaname = 'public'",
    );
    assert.deepEqual(tables, { public: 0 });
  });

  it("goes down and comes up with its data, keys and addresses", async () => {
    await sandboxDown({ directory });
    const { postgres, supabase, aws } = await sandboxStatus(directory);
    assert.deepEqual([postgres.running, supabase.running, aws.running], [false, false, false]);
    await sandboxDown({ directory });
    const again = await up();
    assert.deepEqual(again.keys, sandbox.keys);
    assert.equal(again.bucket, sandbox.bucket);
    assert.equal(again.aws.endpoint, sandbox.aws.endpoint);
    assert.equal(again.postgres.port, sandbox.postgres.port);
    assert.deepEqual(again.supabase.projects, sandbox.supabase.projects);
    await query(again.supabase.projects.ordak.url, "SELECT * FROM public.marker");
  });

  it("recovers from a crash, and makes the vault anew when its keys are lost with ministack", async () => {
    const key = await describeKey(sandbox.keys.kms);
    await sandbox.postgres.server.kill();
    await sandbox.supabase.server.kill();
    const aws = openMinistackServer(join(directory, "aws"));
    await aws?.kill();
    // What a kill right after the first start leaves: objects, no keys.
    writeFileSync(join(directory, "aws/state/services/kms.json"), "{}");
    const steps: string[] = [];
    const again = await sandboxUp({ directory, scale: SCALE, base, onStep: (text) => steps.push(text) });
    assert.ok(
      steps.some((text) => /vault is made anew/.test(text)),
      steps.join("\n"),
    );
    const made = await describeKey(again.keys.kms);
    assert.ok(key?.KeyId && made?.KeyId && key.KeyId !== made.KeyId);
    assert.deepEqual(again.keys, sandbox.keys);
    await query(again.supabase.projects.ordak.url, "SELECT * FROM public.marker");
    sandbox = again;
  });

  it("makes what was half seeded when it was killed", async () => {
    const { coppercore, ordak } = sandbox.supabase.projects;
    await query(coppercore.url, "CREATE TABLE public.marker (id int)");
    const file = join(directory, "seed.json");
    writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, "utf8")), products: ["ordak"] }));
    const again = await up();
    const [made] = await query(
      again.supabase.projects.coppercore.url,
      "SELECT to_regclass('public.marker') AS marker, count(*)::int > 0 AS filled FROM public.users",
    );
    assert.deepEqual(made, { marker: null, filled: true });
    await query(ordak.url, "SELECT * FROM public.marker");
  });

  it("ends no process that only has the number in a stale pid file", async () => {
    await sandboxDown({ directory });
    const stranger = spawn(process.execPath, ["-e", "setTimeout(() => {}, 60_000)"]);
    try {
      writeFileSync(join(directory, "aws/ministack.pid"), String(stranger.pid));
      await sandboxDown({ directory, remove: true });
      assert.ok(commandLineOf(stranger.pid ?? 0));
      assert.equal(existsSync(directory), false);
    } finally {
      stranger.kill("SIGKILL");
    }
  });
});
