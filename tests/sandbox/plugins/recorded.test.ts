import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as command from "@pulumi/command";
import * as postgresql from "@pulumi/postgresql";
import { createPostgres } from "../../support/servers.ts";
import { EngineProject, ROOT } from "../engine/support/engine-project.ts";

const RECORDED = join(ROOT, "../shared/reference/engine/plugins.json");

type Values = Record<string, unknown>;

interface Row {
  readonly urn: string;
  readonly id?: string;
  readonly inputs?: Values;
  readonly outputs?: Values;
}

interface Step {
  readonly verb: string;
  readonly changes?: Readonly<Record<string, number>>;
  readonly state: readonly Row[];
}

/** What was recorded and is left out here: types and inputs that nothing of ours uses. */
const LEFT_OUT = /GrantRole::|Schema::|DefaultPrivileges::|Command::a$|^pulumi:/;
/** Of `plugins.ts`, how often each of its changes falls upon one of the types left out, by step. */
const WITHOUT: readonly Readonly<Record<string, number>>[] = [
  { create: 4 },
  { same: 4 },
  { same: 4 },
  { same: 4 },
  { same: 3, delete: 1 },
  { delete: 3 },
];

describe("the stand-ins of providers beside what the real ones did with the same program", function () {
  this.timeout(120_000);
  let project: EngineProject | undefined;
  after(() => project?.remove());

  it("give the same ids, inputs, outputs and changes, step by step", async function () {
    if (!existsSync(RECORDED)) return this.skip();
    const { port, password } = await createPostgres({ user: "postgres" });
    const plugins = Object.fromEntries(
      ["postgresql", "command"].map((name) => [name, join(ROOT, "sandbox/plugins", name, "serve.ts")]),
    );
    project = new EngineProject({ plugins });
    let version = 1;
    const stack = await project.stack(async () => {
      const provider = new postgresql.Provider("pg", {
        ...{
          host: "127.0.0.1",
          port,
          username: "postgres",
          password,
          sslmode: "disable",
          superuser: true,
        },
      });
      declareRecorded(provider, version);
    });
    const steps: Step[] = [];
    const step = async (verb: string, run: () => Promise<Values | undefined>) => {
      const changes = (await run()) as Record<string, number>;
      const { resources = [] } = (await stack.exportStack()).deployment as { resources?: Row[] };
      steps.push({ verb, changes, state: resources });
    };
    const up = async () => (await stack.up()).summary.resourceChanges;
    await step("up 1", up);
    await step("up 1 again", up);
    version = 2;
    await step("preview 2", async () => (await stack.preview()).changeSummary);
    await step("up 2", up);
    await step("refresh", async () => (await stack.refresh()).summary.resourceChanges);
    await step("destroy", async () => (await stack.destroy()).summary.resourceChanges);
    const recorded = JSON.parse(readFileSync(RECORDED, "utf8")) as Step[];
    assert.deepEqual(
      steps.map(({ verb }) => verb),
      recorded.map(({ verb }) => verb),
    );
    for (const [place, { verb, changes, state }] of steps.entries()) {
      assert.deepEqual(changes, less(recorded[place]?.changes, WITHOUT[place]), verb);
      assert.deepEqual(comparable(state), comparable(recorded[place]?.state ?? []), verb);
    }
  });
});

function declareRecorded(provider: postgresql.Provider, version: number): void {
  const options = { provider };
  const reader = new postgresql.Role(
    "reader",
    {
      ...{ name: "reader", login: true, password: "s3cr3t", connectionLimit: version === 1 ? 3 : 5 },
      ...{ roles: ["pg_read_all_data"], statementTimeout: 60000 },
    },
    options,
  );
  const owner = new postgresql.Role("owner", { name: "owner1", bypassRowLevelSecurity: true }, options);
  const database = new postgresql.Database(
    "db",
    {
      ...{ name: "restore1", owner: owner.name, encoding: "UTF8", template: "template0" },
      ...{ connectionLimit: 10, allowConnections: true },
    },
    options,
  );
  new postgresql.Extension("ext", { name: "pgcrypto", database: database.name }, options);
  const granted = { database: database.name, role: reader.name };
  const table = { schema: "public", objectType: "table", privileges: ["SELECT"] };
  new postgresql.Grant("g", { ...granted, ...table }, options);
  new postgresql.Grant("gd", { ...granted, objectType: "database", privileges: ["CONNECT"] }, options);
  new command.local.Command("c", {
    ...{ create: "echo hello $X; echo err >&2", update: "echo updated $X $PULUMI_COMMAND_STDOUT" },
    ...{ delete: "echo bye", environment: { X: `v${version}` }, triggers: [1], dir: "." },
  });
  new command.local.Command("t", {
    ...{ create: "echo trig", triggers: [version], interpreter: ["/bin/sh", "-c"], stdin: "in" },
    logging: "none",
  });
}

/** The rows of our types by name, without what differs from run to run. */
function comparable(state: readonly Row[]): Record<string, unknown> {
  const rows = state.flatMap(({ urn: long, id = "", inputs, outputs }) => {
    const urn = long.replace(/^urn:pulumi:[^:]*::[^:]*::/, "");
    if (LEFT_OUT.test(urn)) return [];
    const isCommand = urn.startsWith("command:");
    const shape = isCommand ? id.replace(/[0-9a-f]{8}$/, "<8 hex>") : id;
    return [[urn, { id: shape, inputs: hidden(inputs), outputs: hidden(outputs) }] as const];
  });
  return Object.fromEntries(rows);
}

/** As the recording shows secrets; the locale is the server's. */
function hidden(values: Values = {}): Values {
  const isSecret = (value: unknown): boolean =>
    typeof value === "object" && value !== null && "4dabf18193072939515e22adb298388d" in value;
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [
      key,
      isSecret(value) ? "[secret]" : /^lc[CT]/.test(key) ? "<locale>" : value,
    ]),
  );
}

function less(
  changes: Readonly<Record<string, number>> = {},
  without: Readonly<Record<string, number>> = {},
): Record<string, number> {
  const left = Object.entries(changes).map(([kind, count]) => [kind, count - (without[kind] ?? 0)] as const);
  return Object.fromEntries(left.filter(([, count]) => count > 0));
}
