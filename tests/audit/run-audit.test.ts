import assert from "node:assert/strict";
import type { AuditFact, FactKind } from "../../audit/audit-fact.ts";
import type { AuditSource } from "../../audit/audit-source.ts";
import { compareAudits } from "../../audit/compare-audits.ts";
import { makeFact } from "../../audit/make-fact.ts";
import { readPastAudit } from "../../audit/read-past-audit.ts";
import { recordAudit } from "../../audit/record-audit.ts";
import { type Audit, runAudit } from "../../audit/run-audit.ts";
import { HoldfastError } from "../../plan/holdfast-error.ts";
import { listEvidence } from "../../vault/evidence/list-evidence.ts";
import { type AuditBench, createAuditBench } from "./support/audit-bench.ts";

const PROJECT = { name: "shop", kind: "postgres", connection: { env: "SHOP_URL" } };
const SIZE: FactKind = {
  id: "a.size",
  setting: "size",
  source: "A",
  fix: "mend {subject} of {project} {plan} {stack} {other}",
};
const AGE: FactKind = { ...SIZE, id: "a.age", setting: "age", moves: true };

describe("an audit", function () {
  this.timeout(30_000);
  let bench: AuditBench;
  before(async () => {
    bench = await createAuditBench({ projects: [PROJECT], lockMode: "none" });
  });
  after(() => bench.close());

  const source = (name: string, read: AuditSource["read"]): AuditSource => ({
    name,
    kinds: [SIZE, AGE],
    read,
  });
  const size = (subject: string, actual: string, declared = "1") =>
    makeFact(bench.context(), SIZE, { subject, declared, actual });
  const telling = (name: string, facts: readonly AuditFact[]) =>
    source(name, async function* () {
      yield* facts;
    });

  it("makes facts whose id, fix and verdict follow from what they are about", () => {
    const fact = makeFact(bench.context(), SIZE, {
      project: "shop",
      subject: "x",
      declared: "1",
      actual: "2",
    });
    assert.deepEqual(fact, {
      id: "a.size/shop/x",
      project: "shop",
      setting: "size: x",
      declared: "1",
      actual: "2",
      source: "A",
      verdict: "FAIL",
      fix: "mend x of shop --stack test test {other}",
    });
    assert.deepEqual(makeFact(bench.context(), SIZE, { declared: "1", actual: "1" }), {
      id: "a.size",
      setting: "size",
      declared: "1",
      actual: "1",
      source: "A",
      verdict: "PASS",
    });
  });

  it("keeps the order of the sources whichever answers first, and is PARTIAL when only that is left", async () => {
    let release: () => void = () => undefined;
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const slow = source("slow", async function* () {
      await released;
      yield size("slow", "1");
    });
    const quick = source("quick", async function* () {
      yield { ...size("quick", "?"), verdict: "PARTIAL" as const };
      release();
    });
    const audit = await runAudit(bench.context(), [slow, quick]);
    assert.deepEqual(
      audit.facts.map(({ id }) => id),
      ["a.size/slow", "a.size/quick"],
    );
    assert.deepEqual([audit.verdict, audit.sources], ["PARTIAL", ["slow", "quick"]]);
    assert.equal((await runAudit(bench.context(), [telling("one", [size("x", "1")])])).verdict, "PASS");
  });

  it("turns a source that fails into one fact, keeps what it told, and hides no secret's place nor another source", async () => {
    const failing = source("failing", async function* () {
      yield size("before", "1");
      throw new HoldfastError({
        code: "STORE_ACCESS_DENIED",
        message: "refused with password=hunter2",
        hint: "Allow s3:ListBucket.",
      });
    });
    const broken = source("broken", () => {
      throw new TypeError("no such thing");
    });
    const audit = await runAudit(bench.context(), [failing, broken, telling("fine", [size("x", "1")])]);
    assert.equal(audit.verdict, "FAIL");
    assert.deepEqual(
      audit.facts.map(({ id, actual, verdict }) => [id, verdict, actual]),
      [
        ["a.size/before", "PASS", "1"],
        ["audit.source/failing", "FAIL", "STORE_ACCESS_DENIED: refused with password=***"],
        ["audit.source/broken", "FAIL", "UNEXPECTED: no such thing"],
        ["a.size/x", "PASS", "1"],
      ],
    );
    assert.equal(
      audit.facts[1]?.fix,
      "Allow s3:ListBucket. Then: npm run audit -- --stack test --only failing",
    );
  });

  it("ends when it is told to", async () => {
    const aborted = new AbortController();
    const endless = source("endless", async function* () {
      for (let index = 0; ; index += 1) {
        if (index === 3) aborted.abort(new Error("enough"));
        yield size(String(index), "1");
      }
    });
    await assert.rejects(runAudit(bench.context({ signal: aborted.signal }), [endless]), /enough/);
  });

  describe("and the one before", () => {
    const sourceOf = (id: string) => (id.startsWith("a.") ? "one" : "two");
    const audit = (facts: readonly AuditFact[], sources = ["one"]): Audit => ({
      verdict: "PASS",
      sources,
      facts,
    });

    it("is kept as evidence, without values that move, and compared by what both asked", async () => {
      const age = (actual: string) =>
        makeFact(bench.context(), AGE, { declared: "1", actual, verdict: "PASS" });
      const other = { ...size("other", "9"), id: "b.size" };
      const earlier = audit(
        [size("stays", "2"), size("mended", "2"), size("breaks", "1"), age("3h")],
        ["one", "two"],
      );
      assert.equal(
        await recordAudit(bench.vault, { ...earlier, facts: [...earlier.facts, other] }, [SIZE, AGE]),
        undefined,
      );
      const [record] = (await listEvidence(bench.vault)) as { kind: string; body: Record<string, unknown> }[];
      assert.equal(record?.kind, "audit");
      assert.deepEqual(record?.body.actual, {
        "a.size/stays": "2",
        "a.size/mended": "2",
        "a.size/breaks": "1",
        "b.size": "9",
      });
      assert.deepEqual(
        [record?.body.facts, record?.body.open],
        [5, ["a.size/stays", "a.size/mended", "b.size"]],
      );
      const past = await readPastAudit(bench.vault, "last");
      const now = audit([
        size("stays", "2"),
        size("mended", "1"),
        size("breaks", "5"),
        age("4h"),
        size("new", "7"),
      ]);
      const { found, mended, changed, notCompared, since } = compareAudits(past, now, sourceOf);
      assert.deepEqual(
        found.map(({ id }) => id),
        ["a.size/breaks", "a.size/new"],
      );
      assert.deepEqual(mended, ["a.size/mended"]);
      assert.deepEqual(
        changed.map(({ fact, before }) => [fact.id, before, fact.actual]),
        [
          ["a.size/mended", "2", "1"],
          ["a.size/breaks", "1", "5"],
        ],
      );
      assert.deepEqual([notCompared, since.sequence], [["two"], 1]);
    });

    it("is found by its number and by time, and refused when there is none", async () => {
      bench.now = new Date(bench.now.getTime() + 3_600_000);
      await recordAudit(bench.vault, audit([]), []);
      const sequence = async (which: string) => (await readPastAudit(bench.vault, which)).sequence;
      assert.deepEqual([await sequence("last"), await sequence("1"), await sequence("2")], [2, 1, 2]);
      assert.deepEqual([await sequence("2031-06-30T12:59:59Z"), await sequence("2031-07-01")], [1, 2]);
      for (const which of ["3", "2031-06-30", "2020-01-01"])
        await assert.rejects(sequence(which), { code: "AUDIT_UNKNOWN", exitCode: 2 });
      for (const which of ["yesterday", "0", "-1", "2031-13-01", "1.5"])
        await assert.rejects(sequence(which), { code: "USAGE", exitCode: 2 });
    });

    it("tells why no evidence was kept, and does not fail", async () => {
      const denied = { ...bench.vault, bucket: "no-such-bucket-of-the-test" };
      assert.match((await recordAudit(denied, audit([]), [])) ?? "", /no-such-bucket-of-the-test/);
    });
  });
});
