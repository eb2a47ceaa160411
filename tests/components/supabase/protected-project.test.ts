import assert from "node:assert/strict";
import {
  ProtectedProject,
  type ProtectedProjectArgs,
} from "../../../components/supabase/protected-project.ts";
import { HoldfastError } from "../../../plan/holdfast-error.ts";
import { parsePlan } from "../../../plan/parse-plan.ts";
import { record } from "../../support/recorder.ts";

const REF = "abcdefghijklmnopqrst";

function planned(project: object): ProtectedProjectArgs["project"] {
  const plan = parsePlan(
    {
      environment: "test",
      vault: {
        bucket: "holdfast-test",
        region: "eu-central-1",
        lock: { mode: "none" },
        keys: { escrowPublicKey: { file: "escrow.pem" } },
      },
      projects: [{ name: "orders", ref: REF, connection: { env: "ORDERS_DATABASE_URL" }, ...project }],
    },
    "the test's plan",
  );
  const [first] = plan.projects;
  assert.ok(first);
  return first;
}

/** By name: siblings are registered in no order. */
async function declare(project: object, args: Partial<ProtectedProjectArgs> = {}) {
  const resources = await record(
    () => new ProtectedProject("orders", { project: planned(project), ...args }),
  );
  return resources.toSorted((one, other) => one.name.localeCompare(other.name));
}

const FULL = {
  compute: "small",
  pitr: { windowDays: 14 },
  backupSchedule: "03:30",
  sslEnforcement: true,
  networkRestrictions: { allowedCidrs: ["203.0.113.0/24"] },
};

describe("ProtectedProject", () => {
  it("declares what the plan declares: compute first, everything else after it", async () => {
    const [component, ...children] = await declare(FULL);
    assert.equal(component?.type, "holdfast:supabase:ProtectedProject");
    const after = { parent: "orders", dependsOn: ["orders-compute"] };
    const kept = { ...after, protect: false, retainOnDelete: true };
    const guarded = { protect: true, retainOnDelete: false };
    assert.deepEqual(
      children.map(({ type, name, parent, dependsOn, protect, retainOnDelete }) => {
        return { type: type.split(":").at(-1), name, parent, dependsOn, protect, retainOnDelete };
      }),
      [
        { type: "BackupSchedule", name: "orders-backup-schedule", ...kept },
        { type: "ComputeAddon", name: "orders-compute", parent: "orders", dependsOn: [], ...guarded },
        { type: "NetworkRestrictions", name: "orders-network-restrictions", ...kept },
        { type: "PitrAddon", name: "orders-pitr", ...after, ...guarded },
        { type: "SslEnforcement", name: "orders-ssl-enforcement", ...kept },
      ],
    );
    assert.deepEqual(
      children.map(({ inputs }) => inputs),
      [
        { ref: REF, startsAt: "03:30", providerRevision: 1 },
        { ref: REF, size: "small", providerRevision: 1 },
        { ref: REF, allowedCidrs: ["203.0.113.0/24"], allowedCidrsV6: [], providerRevision: 1 },
        { ref: REF, windowDays: 14, providerRevision: 1 },
        { ref: REF, enforced: true, providerRevision: 1 },
      ],
    );
  });

  it("leaves alone what the plan does not mention, and nano, which nobody sells", async () => {
    assert.deepEqual(
      (await declare({})).map(({ name }) => name),
      ["orders"],
    );
    assert.deepEqual(
      (await declare({ compute: "nano" })).map(({ name }) => name),
      ["orders"],
    );
    const [, ...children] = await declare({ pitr: { windowDays: 7 } });
    assert.deepEqual(
      children.map(({ name, dependsOn }) => [name, dependsOn]),
      [["orders-pitr", []]],
    );
  });

  it("is not protected where it is made to be destroyed", async () => {
    const [, ...children] = await declare(FULL, { protect: false });
    assert.equal(children.filter(({ protect }) => protect).length, 0);
  });

  it("takes the ref that the plan cannot know", async () => {
    const { ref: _, ...project } = planned({ compute: "small" });
    const resources = await record(() => new ProtectedProject("orders", { project, ref: "z".repeat(20) }));
    assert.equal(resources[1]?.inputs.ref, "z".repeat(20));
  });

  it("refuses a project that is not of Supabase, and one without a ref", async () => {
    const postgres = planned({ kind: "postgres", ref: undefined });
    await assert.rejects(
      record(() => new ProtectedProject("orders", { project: postgres })),
      (error) =>
        error instanceof HoldfastError && error.code === "PROJECT_NOT_SUPABASE" && error.exitCode === 2,
    );
    await assert.rejects(
      declare({ ref: undefined }),
      (error) =>
        error instanceof HoldfastError && error.code === "PROJECT_REF_MISSING" && error.exitCode === 2,
    );
  });
});
