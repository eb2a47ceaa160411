import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { parse } from "yaml";
import { taskPlan } from "../../../components/jobs/task-plan.ts";
import { HoldfastError } from "../../../plan/holdfast-error.ts";
import { parsePlan } from "../../../plan/parse-plan.ts";
import { ESCROW_PEM } from "../support/escrow-pem.ts";

const ROOT = join(import.meta.dirname, "../../..");
const written = (stack: string) =>
  parse(readFileSync(join(ROOT, `Pulumi.${stack}.yaml`), "utf8")).config["holdfast:plan"];
const noFile = (path: string): string => assert.fail(`${path} is read`);

/** A plan whose text is so many bytes long as it stands in a definition. */
function padded(bytes: number, sign = "x") {
  const plan = (length: number) => ({
    vault: { bucket: "b" },
    projects: [{ name: "orders", checks: { smoke: [sign.repeat(length)] } }],
  });
  const empty = JSON.stringify(JSON.stringify(plan(0))).length;
  const each = JSON.stringify(JSON.stringify(sign)).length - 6;
  return plan((bytes - empty) / each);
}

describe("taskPlan", () => {
  for (const stack of ["prod", "staging"])
    for (const project of ["coppercore", "ordak"])
      it(`of ${project} in ${stack} means what the stack's plan does`, () => {
        const files: string[] = [];
        const text = taskPlan(written(stack), project, (path) => {
          files.push(path);
          return ESCROW_PEM;
        });
        const whole = parsePlan(written(stack), "the stack's");
        const { vault, ...part } = parsePlan(JSON.parse(text), "the task's");
        assert.deepEqual(part, {
          ...without(whole, "vault"),
          projects: whole.projects.filter(({ name }) => name === project),
        });
        assert.deepEqual(vault, {
          ...whole.vault,
          keys: { ...whole.vault.keys, escrowPublicKey: ESCROW_PEM },
        });
        assert.deepEqual(files, [`keys/${stack}-escrow-public.pem`]);
        assert.ok(!text.includes(project === "ordak" ? "COPPERCORE" : "ORDAK"));
      });

  it("reads no file where the plan holds the key, or has none", () => {
    for (const keys of [{ kms: "alias/a", escrowPublicKey: ESCROW_PEM }, { kms: "alias/a" }]) {
      const plan = { vault: { bucket: "b", keys }, projects: [{ name: "orders" }, { name: "more" }] };
      assert.deepEqual(JSON.parse(taskPlan(plan, "orders", noFile)), {
        ...plan,
        projects: [{ name: "orders" }],
      });
    }
  });

  it("changes nothing of what it was given", () => {
    const plan = written("prod");
    taskPlan(plan, "ordak", () => ESCROW_PEM);
    assert.deepEqual(plan, written("prod"));
  });

  it("counts what the definition takes, escapes too", () => {
    const LARGEST = 48 * 1024;
    for (const sign of ["x", '"']) {
      // A quote is five signs longer in a text within a text within a text: 4 of its own are counted.
      const fits = padded(LARGEST - 8, sign);
      assert.doesNotThrow(() => taskPlan(fits, "orders", noFile), sign);
      assert.throws(
        () => taskPlan(padded(LARGEST + 8, sign), "orders", noFile),
        (error) =>
          error instanceof HoldfastError &&
          error.code === "PLAN_TOO_LARGE_FOR_TASK" &&
          error.exitCode === 2 &&
          /^The plan of orders takes 491\d\d bytes .* room for 49152\.$/.test(error.message),
      );
    }
  });

  it("of all projects leaves out what each checks and runs, and means the rest", () => {
    const text = taskPlan(written("prod"), undefined, () => ESCROW_PEM);
    const whole = parsePlan(written("prod"), "the stack's");
    const { projects } = parsePlan(JSON.parse(text), "the task's");
    const left = ["name", "kind", "ref", "connection", "tiers", "pitr", "storage", "drills"] as const;
    for (const field of left)
      assert.deepEqual(
        projects.map((project) => project[field]),
        whole.projects.map((project) => project[field]),
        field,
      );
    for (const word of ["smoke", "SHOPIFY", "VERCEL", "example.com:"]) assert.ok(!text.includes(word), word);
  });

  it("of very many projects is packed, and refused when even that is too large", () => {
    const plan = (count: number, random: string) => ({
      vault: { bucket: "b" },
      projects: Array.from({ length: count }, (_, at) => ({ name: `p${at}${random}`, kind: "postgres" })),
    });
    const packed = taskPlan(plan(3_000, ""), undefined, noFile);
    assert.ok(packed.startsWith("gzip:") && packed.length < 49_152, String(packed.length));
    const text = gunzipSync(Buffer.from(packed.slice(5), "base64")).toString("utf8");
    assert.deepEqual(JSON.parse(text), plan(3_000, ""));
    assert.throws(
      () => taskPlan(plan(2, randomBytes(40_000).toString("hex")), undefined, noFile),
      (error) =>
        error instanceof HoldfastError &&
        error.code === "PLAN_TOO_LARGE_FOR_TASK" &&
        /^The plan of all projects, packed, takes \d+ bytes/.test(error.message),
    );
  });

  it("does not count other projects", () => {
    const plan = {
      ...padded(2_000),
      projects: [...padded(2_000).projects, { name: "huge", a: "x".repeat(1e5) }],
    };
    assert.ok(taskPlan(plan, "orders", noFile).length < 2_000);
  });
});

function without<Plan extends object>(plan: Plan, field: keyof Plan): object {
  return Object.fromEntries(Object.entries(plan).filter(([name]) => name !== field));
}
