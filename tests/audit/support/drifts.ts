import assert from "node:assert/strict";
import type { AuditSource } from "../../../audit/audit-source.ts";
import { type AuditedStack, auditedStack } from "./audited-stack.ts";

/** A change behind the stack's back, what an audit must say of it, and the way back. */
export interface Drift {
  readonly what: string;
  make(stack: AuditedStack): Promise<unknown>;
  /** `id: actual`, in the order in which they are told. */
  readonly findings: readonly string[];
  back(stack: AuditedStack): Promise<unknown>;
}

/**
 * Audits a source clean, with each drift, and clean again after the way back.
 * @param always what no server here can make clean
 * @param open the stack that the drifts are made in
 */
export function testDrifts(
  source: AuditSource,
  drifts: readonly Drift[],
  always: readonly string[] = [],
  open = auditedStack,
): void {
  // The first test of a run applies the stack.
  before(async function () {
    this.timeout(240_000);
    await open();
  });

  it("finds nothing where everything is as declared", async () => {
    const stack = await open();
    assert.deepEqual(await stack.findings(source), always);
    const facts = await stack.facts(source);
    assert.equal(new Set(facts.map(({ id }) => id)).size, facts.length, "one fact an id");
    const kinds = new Set(source.kinds.map(({ id }) => id));
    for (const { id } of facts) assert.ok(kinds.has(id.split("/")[0] ?? ""), id);
  });

  for (const { what, make, findings, back } of drifts) {
    it(`finds ${what}, and nothing else`, async () => {
      const stack = await open();
      await make(stack);
      try {
        assert.deepEqual((await stack.findings(source)).toSorted(), [...findings, ...always].toSorted());
      } finally {
        await back(stack);
      }
      assert.deepEqual(await stack.findings(source), always);
    });
  }
}
