import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { parse } from "yaml";
import { isTaskPlan } from "../../../audit/schedules/is-task-plan.ts";
import { taskPlan } from "../../../components/jobs/task-plan.ts";
import { parsePlan } from "../../../plan/parse-plan.ts";
import { escrowPublicKey } from "../../../vault/escrow-key.ts";
import { ESCROW_PEM } from "../../components/support/escrow-pem.ts";

const ROOT = join(import.meta.dirname, "../../..");
const STACKS = ["prod", "staging"] as const;
const PROJECTS = ["coppercore", "ordak", undefined];
const { fingerprint: escrowFingerprint } = escrowPublicKey(ESCROW_PEM);

// biome-ignore lint/suspicious/noExplicitAny: a plan as it is written, which the tests change anywhere
type Written = any;

const writtenOf = (stack: string): Written =>
  parse(readFileSync(join(ROOT, `Pulumi.${stack}.yaml`), "utf8")).config["holdfast:plan"];

function isPlanOf(written: Written, project: string | undefined, text: string): boolean {
  return isTaskPlan(text, { plan: parsePlan(written, "the stack's"), project, escrowFingerprint });
}

/** The plan that a task is given, changed by whoever registered it. */
function given(project: string | undefined, change: (plan: Written) => void = () => undefined): string {
  const plan = JSON.parse(taskPlan(writtenOf("prod"), project, () => ESCROW_PEM));
  change(plan);
  return JSON.stringify(plan);
}

describe("the plan of a task", () => {
  for (const stack of STACKS)
    for (const project of PROJECTS)
      it(`that ${stack} gives a task of ${project ?? "all projects"} is as declared`, () => {
        const written = writtenOf(stack);
        assert.ok(
          isPlanOf(
            written,
            project,
            taskPlan(written, project, () => ESCROW_PEM),
          ),
        );
        // Of another project, or of another environment, it is not.
        const other = project === "ordak" ? "coppercore" : "ordak";
        assert.ok(
          !isPlanOf(
            written,
            other,
            taskPlan(written, project, () => ESCROW_PEM),
          ),
        );
        const elsewhere = writtenOf(STACKS.find((one) => one !== stack) ?? "");
        assert.ok(
          !isPlanOf(
            elsewhere,
            project,
            taskPlan(written, project, () => ESCROW_PEM),
          ),
        );
      });

  it("means the same packed, in another order, and with its defaults written out", () => {
    const written = writtenOf("prod");
    assert.ok(isPlanOf(written, undefined, `gzip:${gzipSync(given(undefined)).toString("base64")}`));
    const turned = Object.fromEntries(Object.entries(JSON.parse(given("ordak"))).toReversed());
    assert.ok(isPlanOf(written, "ordak", JSON.stringify(turned)));
    const { vault } = parsePlan(written, "the stack's");
    const full = given("ordak", (plan) => {
      plan.vault.replicaBucket = vault.replicaBucket;
    });
    assert.ok(isPlanOf(written, "ordak", full));
  });

  it("keeps the lock's default days of the projects that it has, and no others", () => {
    const tiers = (days: number) => ({ nightly: { schedule: "0 2 * * *", scope: "full", retain: { days } } });
    const project = { kind: "postgres", connection: { env: "DATABASE_URL" } };
    const written = {
      environment: "prod",
      vault: { bucket: "acme-vault", region: "eu-central-1", keys: { kms: "alias/holdfast" } },
      projects: [
        { ...project, name: "short", tiers: tiers(30) },
        { ...project, name: "long", tiers: tiers(90) },
      ],
    };
    const noFile = () => assert.fail();
    for (const name of ["short", "long", undefined])
      assert.ok(isPlanOf(written, name, taskPlan(written, name, noFile)), name);
    const locked = (days: number) => ({ ...written, vault: { ...written.vault, lock: { days } } });
    assert.ok(isPlanOf(written, "short", taskPlan(locked(30), "short", noFile)));
    assert.ok(!isPlanOf(written, "short", taskPlan(locked(60), "short", noFile)));
    assert.ok(!isPlanOf(locked(120), "short", taskPlan(written, "short", noFile)));
  });

  it("is another one with anything else in it", () => {
    const changes: Readonly<Record<string, (plan: Written) => void>> = {
      bucket: (plan) => {
        plan.vault.bucket = "someone-elses";
      },
      "no escrow key": (plan) => {
        delete plan.vault.keys.escrowPublicKey;
      },
      "a file of an escrow key": (plan) => {
        plan.vault.keys.escrowPublicKey = { file: "keys/prod-escrow-public.pem" };
      },
      "what cannot be an escrow key": (plan) => {
        plan.vault.keys.escrowPublicKey = "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----";
      },
      retention: (plan) => {
        plan.projects[0].tiers.checkpoint.retain = { days: 1 };
      },
      "a database": (plan) => {
        plan.projects[0].connection = { env: "OTHER_DATABASE_URL" };
      },
      "no alerts": (plan) => {
        plan.alerts = {};
      },
      "an unknown word": (plan) => {
        plan.whatever = true;
      },
    };
    for (const project of PROJECTS)
      for (const [what, change] of Object.entries(changes))
        assert.ok(!isPlanOf(writtenOf("prod"), project, given(project, change)), `${what} of ${project}`);
    for (const text of ["", "{", "gzip:", "gzip:AAAA", "null"])
      assert.ok(!isPlanOf(writtenOf("prod"), "ordak", text), text);
  });

  it("of another escrow key is another one", () => {
    const plan = parsePlan(writtenOf("prod"), "the stack's");
    for (const other of ["0".repeat(64), undefined])
      assert.ok(!isTaskPlan(given("ordak"), { plan, project: "ordak", escrowFingerprint: other }));
  });

  it("tells what one project checks from nothing, which a task of all does not have", () => {
    const unchecked = given("ordak", (plan) => {
      delete plan.projects[0].checks;
    });
    assert.ok(!isPlanOf(writtenOf("prod"), "ordak", unchecked));
  });
});
