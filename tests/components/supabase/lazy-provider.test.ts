import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { BackupSchedule } from "../../../components/supabase/backup-schedule.ts";
import { ComputeAddon } from "../../../components/supabase/compute-addon.ts";
import { LazyProvider } from "../../../components/supabase/lazy-provider.ts";
import { NetworkRestrictions } from "../../../components/supabase/network-restrictions.ts";
import { PitrAddon } from "../../../components/supabase/pitr-addon.ts";
import { Project } from "../../../components/supabase/project.ts";
import { SslEnforcement } from "../../../components/supabase/ssl-enforcement.ts";
import { startDynamicProvider } from "../../support/dynamic-provider.ts";
import { record } from "../../support/recorder.ts";
import { stackConfig } from "./support/provider-for.ts";

const REF = "abcdefghijklmnopqrst";
const TOKEN = "sbp_00000000000000000000000000000000deadbeef";
const PASSWORD = "correct horse battery staple";

/** One of each kind, all secrets in reach of whoever serializes too much. */
function program(): void {
  process.env.SUPABASE_ACCESS_TOKEN = TOKEN;
  new ComputeAddon("compute", { ref: REF, size: "small" });
  new PitrAddon("pitr", { ref: REF, windowDays: 7 });
  new BackupSchedule("schedule", { ref: REF, startsAt: "03:30" });
  new SslEnforcement("ssl", { ref: REF, enforced: true });
  new NetworkRestrictions("network", { ref: REF, allowedCidrs: ["203.0.113.0/24"] });
  new Project("project", {
    name: "orders",
    organization: "holdfast",
    region: "eu-central-1",
    databasePassword: PASSWORD,
  });
  delete process.env.SUPABASE_ACCESS_TOKEN;
}

describe("LazyProvider", () => {
  it("is serialized into a short text that is the same for all resources, but for one path", async () => {
    const texts = new Map<string, string>();
    for (const { name, wire } of await record(program)) texts.set(name, String(wire.__provider));
    assert.equal(texts.size, 6);
    const paths = new Set<string>();
    const shared = new Set<string>();
    for (const text of texts.values()) {
      const path = /components\/supabase\/[\w-]+-provider\.ts/.exec(text)?.[0] ?? "";
      assert.ok(existsSync(path), path);
      paths.add(path);
      shared.add(text.replace(path, "MODULE"));
      assert.equal(text.split(path).length, 2, "the path stands there once");
    }
    assert.equal(paths.size, 6);
    assert.equal(shared.size, 1);
    const [text = ""] = shared;
    assert.ok(text.length < 4_500, `${text.length} characters`);
    // Whoever changes it changes the state of every stack: knowingly, then.
    assert.doesNotMatch(text, /zod|HoldfastError|\brequire\(/);
  });

  it("holds no secret, and no path of this machine", async () => {
    for (const { wire } of await record(program)) {
      const text = String(wire.__provider);
      for (const secret of [TOKEN, PASSWORD, process.cwd()]) assert.ok(!text.includes(secret));
    }
  });

  it("marks the database's password as secret, in inputs and outputs, and nothing leaks into other inputs", async () => {
    for (const { name, inputs, secretInputs, additionalSecretOutputs } of await record(program)) {
      const expected = name === "project" ? ["databasePassword"] : [];
      assert.deepEqual(secretInputs, expected);
      assert.deepEqual(additionalSecretOutputs, expected);
      const { databasePassword: _, ...others } = inputs;
      assert.ok(!JSON.stringify(others).includes(PASSWORD));
      assert.ok(!JSON.stringify(inputs).includes(TOKEN));
    }
  });

  it("serves calls that arrive while it is still being configured", async () => {
    const provider = new LazyProvider("components/supabase/pitr-addon-provider.ts");
    const configuring = provider.configure({ config: { get: () => undefined, require: () => "" } });
    const checked = await provider.check({}, { ref: REF, windowDays: 7 });
    await configuring;
    assert.deepEqual(checked.failures, []);
  });

  it("says so when an engine is too old to configure it", async () => {
    const provider = new LazyProvider("components/supabase/pitr-addon-provider.ts");
    await assert.rejects(provider.check({}, {}), /Pulumi 3\.139 or newer/);
  });

  describe("in a stack", () => {
    const inputs = async () => {
      const [pitr] = await record(() => new PitrAddon("pitr", { ref: REF, windowDays: 7 }));
      assert.ok(pitr);
      return pitr.wire;
    };

    it("previews without a token, and says where the token is missing when it is needed", async () => {
      const provider = await startDynamicProvider({
        config: stackConfig("https://api.supabase.com"),
        environment: { HOLDFAST_TEST_SUPABASE_TOKEN: undefined },
      });
      try {
        const checked = await provider.check(undefined, await inputs());
        assert.deepEqual(checked.failures, []);
        await assert.rejects(
          provider.create(await inputs()),
          /access token of Supabase .* the environment variable HOLDFAST_TEST_SUPABASE_TOKEN.*\[SECRET_MISSING\]$/,
        );
      } finally {
        await provider.close();
      }
    });

    it("refuses a token that is none without showing it, and prefers the stack's own secret", async () => {
      const provider = await startDynamicProvider({
        config: {
          ...stackConfig("https://api.supabase.com"),
          "holdfast:supabaseAccessToken": "hunter2hunter2",
        },
        environment: { HOLDFAST_TEST_SUPABASE_TOKEN: TOKEN },
      });
      try {
        await assert.rejects(provider.create(await inputs()), (error) => {
          assert.ok(error instanceof Error);
          assert.match(error.message, /\[SUPABASE_TOKEN_INVALID\]$/);
          assert.doesNotMatch(error.message + provider.printed(), /hunter2|deadbeef/);
          return true;
        });
      } finally {
        await provider.close();
      }
    });
  });
});
