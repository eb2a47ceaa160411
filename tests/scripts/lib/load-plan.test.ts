import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { parse } from "yaml";
import { HoldfastError } from "../../../plan/holdfast-error.ts";
import { type LoadPlanRequest, loadPlan } from "../../../scripts/lib/load-plan.ts";

const PLAN = `environment: dev
vault:
  bucket: dev-vault
  region: eu-central-1
  endpoint: http://127.0.0.1:9000
  lock: { mode: none }
  keys: { escrowPublicKey: { file: keys/escrow.pem }, signing: { privateKey: { file: ../signing.pem } } }
projects:
  - name: shop
    kind: postgres
    connection: { file: /run/secrets/url }
    hooks: { redeploy: { command: [a], environment: { TOKEN: { file: token } } } }
`;

const indent = (text: string) => text.replaceAll(/^(?=.)/gm, "    ");

describe("loadPlan", () => {
  let directory: string;
  before(() => {
    directory = mkdtempSync(join(tmpdir(), "holdfast-load-"));
    write("Pulumi.yaml", "name: x\n");
    write("Pulumi.dev.yaml", `config:\n  aws:region: eu-central-1\n  holdfast:plan:\n${indent(PLAN)}`);
    write("Pulumi.empty.yaml", "config:\n  aws:region: eu-central-1\n");
    write("Pulumi.nothing.yaml", "");
    write("Pulumi.secret.yaml", "config:\n  holdfast:plan:\n    secure: v1:abc\n");
    write("Pulumi.text.yaml", `config:\n  holdfast:plan: '{"environment": "dev"}'\n`);
    mkdirSync(join(directory, "plans"));
    write("plans/own.yaml", PLAN);
  });
  after(() => rmSync(directory, { recursive: true }));

  const write = (name: string, text: string) => writeFileSync(join(directory, name), text);
  const load = (request: LoadPlanRequest) => loadPlan({ cwd: directory, ...request });

  async function refused(request: LoadPlanRequest, code: string): Promise<HoldfastError> {
    try {
      await load(request);
    } catch (error) {
      assert.ok(error instanceof HoldfastError, String(error));
      assert.equal(error.code, code, error.message);
      assert.equal(error.exitCode, 2);
      return error;
    }
    throw new assert.AssertionError({ message: "the plan was accepted" });
  }

  it("reads a stack, also by its full name", async () => {
    for (const stack of ["dev", "acme/holdfast/dev"]) {
      const plan = await load({ stack });
      assert.equal(plan.environment, "dev");
      assert.equal(plan.projects[0]?.name, "shop");
    }
  });

  it("reads a plan file", async () => {
    assert.equal((await load({ plan: "plans/own.yaml" })).environment, "dev");
    assert.equal((await load({ plan: join(directory, "plans/own.yaml"), cwd: "/" })).environment, "dev");
  });

  it("resolves files from where the plan stands, wherever they are named", async () => {
    const { vault, projects } = await load({ plan: "plans/own.yaml" });
    assert.deepEqual(vault.keys.escrowPublicKey, { file: join(directory, "plans/keys/escrow.pem") });
    assert.deepEqual(vault.keys.signing, { privateKey: { file: join(directory, "signing.pem") } });
    assert.deepEqual(projects[0]?.connection, { file: "/run/secrets/url" });
    assert.deepEqual(projects[0]?.hooks.redeploy?.environment, {
      TOKEN: { file: join(directory, "plans/token") },
    });
  });

  it("follows anchors and merges", async () => {
    write(
      "anchors.yaml",
      PLAN.replace("lock: { mode: none }", "lock: &lock { mode: none }").concat(
        "    sizing: &size { database: 1 GiB }\n  - { name: two, kind: postgres, connection: { env: A }, sizing: { <<: *size } }\n",
      ),
    );
    const plan = await load({ plan: "anchors.yaml" });
    assert.equal(plan.projects[1]?.sizing.databaseBytes, 2 ** 30);
  });

  it("names the stacks that there are", async () => {
    const error = await refused({ stack: "devv" }, "STACK_UNKNOWN");
    assert.match(error.hint, /Did you mean dev\? .*: dev, empty, nothing, secret, text\./);
    const elsewhere = await refused({ stack: "dev", cwd: join(directory, "plans") }, "STACK_UNKNOWN");
    assert.match(elsewhere.hint, /Change to the directory/);
    assert.match((await refused({}, "USAGE")).hint, /--stack dev or --stack empty/);
    await refused({ stack: "dev", cwd: join(directory, "absent") }, "STACK_UNKNOWN");
  });

  it("refuses a stack without a plan, and one that is encrypted", async () => {
    assert.match(
      (await refused({ stack: "empty" }, "PLAN_MISSING")).message,
      /has no holdfast:plan under config/,
    );
    await refused({ stack: "nothing" }, "PLAN_MISSING");
    assert.match((await refused({ stack: "secret" }, "PLAN_MISSING")).message, /encrypted/);
  });

  it("reads a plan that Pulumi keeps as text", async () => {
    const error = await refused({ stack: "text" }, "PLAN_INVALID");
    assert.match(error.message, /vault is missing/);
  });

  it("gives the line in the file, of a stack as well", async () => {
    write("Pulumi.bad.yaml", `config:\n  holdfast:plan:\n${indent(PLAN.replace("dev-vault", "Dev"))}`);
    const error = await refused({ stack: "bad" }, "PLAN_INVALID");
    assert.match(error.message, /^Pulumi\.bad\.yaml has 1 problem:\n.*vault\.bucket \(line 5\) is "Dev"/);
    rmSync(join(directory, "Pulumi.bad.yaml"));
  });

  const syntax: readonly (readonly [string, string, RegExp])[] = [
    ["a colon too many", "a: b: c\n", /line 1, is not valid YAML/],
    ["a key twice", "environment: a\nenvironment: b\n", /line 2, is not valid YAML: .*unique/i],
    ["a bracket left open", "a: [1, 2\n", /is not valid YAML/],
    ["an alias to nothing", "a: *b\n", /is not valid YAML: .*alias/i],
    ["a tab", "a:\n\tb: 1\n", /line 2, is not valid YAML/],
    ["two documents", "a: 1\n---\nb: 2\n", /is not valid YAML/],
  ];
  for (const [name, text, message] of syntax) {
    it(`refuses ${name}`, async () => {
      write("syntax.yaml", text);
      assert.match((await refused({ plan: "syntax.yaml" }, "PLAN_SYNTAX")).message, message);
    });
  }

  it("does not repeat what stands at the place of a syntax error", async () => {
    write("syntax.yaml", "connection: postgres://u:hunter2@h: [\n");
    const error = await refused({ plan: "syntax.yaml" }, "PLAN_SYNTAX");
    assert.ok(!error.message.includes("hunter2"));
  });

  it("refuses aliases that multiply without end", async () => {
    const levels = Array.from(
      { length: 12 },
      (_, n) =>
        `a${n}: &a${n} [${
          n === 0
            ? "x"
            : Array(9)
                .fill(`*a${n - 1}`)
                .join(", ")
        }]`,
    );
    write("bomb.yaml", `${levels.join("\n")}\n`);
    await refused({ plan: "bomb.yaml" }, "PLAN_SYNTAX");
  });

  it("refuses what is no plan", async () => {
    write("empty.yaml", "");
    await refused({ plan: "empty.yaml" }, "PLAN_INVALID");
    write("list.yaml", "- 1\n");
    await refused({ plan: "list.yaml" }, "PLAN_INVALID");
    await refused({ plan: "absent.yaml" }, "PLAN_FILE_UNREADABLE");
    await refused({ plan: "plans" }, "PLAN_FILE_UNREADABLE");
  });

  describe("from an environment variable", () => {
    const VARIABLE = "HOLDFAST_PLAN_OF_TEST";
    afterEach(() => {
      delete process.env[VARIABLE];
    });
    const fromText = (text: string) => {
      process.env[VARIABLE] = text;
      return load({ plan: `env:${VARIABLE}` });
    };

    it("reads YAML and JSON alike", async () => {
      const fromYaml = await fromText(PLAN);
      assert.equal(fromYaml.projects[0]?.name, "shop");
      assert.deepEqual(await fromText(JSON.stringify(parse(PLAN))), fromYaml);
    });

    it("reads one that is packed, as tasks of very many projects have it, and refuses what is no such thing", async () => {
      const packed = `gzip:${gzipSync(PLAN).toString("base64")}`;
      assert.deepEqual(await fromText(packed), await fromText(PLAN));
      process.env[VARIABLE] = "gzip:bm90IHBhY2tlZA==";
      const wrong = await refused({ plan: `env:${VARIABLE}` }, "PLAN_FILE_UNREADABLE");
      assert.match(
        wrong.message,
        /HOLDFAST_PLAN_OF_TEST begins with gzip:, and what follows is no packed plan$/,
      );
    });

    it("resolves files from the working directory", async () => {
      const { vault, projects } = await fromText(PLAN);
      assert.deepEqual(vault.keys.escrowPublicKey, { file: join(directory, "keys/escrow.pem") });
      assert.deepEqual(vault.keys.signing, { privateKey: { file: join(directory, "../signing.pem") } });
      assert.deepEqual(projects[0]?.connection, { file: "/run/secrets/url" });
    });

    it("refuses one that is not set, or empty, by its name", async () => {
      const unset = await refused({ plan: `env:${VARIABLE}` }, "PLAN_FILE_UNREADABLE");
      assert.match(unset.message, /variable HOLDFAST_PLAN_OF_TEST, .* is not set$/);
      process.env[VARIABLE] = "";
      const empty = await refused({ plan: `env:${VARIABLE}` }, "PLAN_FILE_UNREADABLE");
      assert.match(empty.message, /variable HOLDFAST_PLAN_OF_TEST, .* is empty$/);
    });

    it("names the variable, and the line, of what is wrong in it", async () => {
      process.env[VARIABLE] = PLAN.replace("dev-vault", "Dev");
      const wrong = await refused({ plan: `env:${VARIABLE}` }, "PLAN_INVALID");
      assert.match(
        wrong.message,
        /^the variable HOLDFAST_PLAN_OF_TEST has 1 problem:\n.*vault\.bucket \(line 3\) is "Dev"/,
      );
      process.env[VARIABLE] = "connection: postgres://u:hunter2@h: [\n";
      const broken = await refused({ plan: `env:${VARIABLE}` }, "PLAN_SYNTAX");
      assert.match(broken.message, /^the variable HOLDFAST_PLAN_OF_TEST, line 1, is not valid YAML/);
      assert.ok(!broken.message.includes("hunter2"));
    });

    it("is no stack, and no file of that name is read in its place", async () => {
      process.env[VARIABLE] = PLAN;
      await refused({ plan: `env:${VARIABLE}`, stack: "dev" }, "USAGE");
      // What no variable can be called is a file.
      const file = await refused({ plan: "env:no-such.yaml" }, "PLAN_FILE_UNREADABLE");
      assert.match(file.message, /does not exist/);
    });
  });
});
