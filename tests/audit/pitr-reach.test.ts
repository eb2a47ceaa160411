import assert from "node:assert/strict";
import type { AuditFact } from "../../audit/audit-fact.ts";
import { recordAudit } from "../../audit/record-audit.ts";
import { pitrFacts } from "../../audit/supabase/pitr-facts.ts";
import { recordEvidence } from "../../jobs/record-evidence.ts";
import type { ProjectSettings } from "../../supabase/project-settings.ts";
import { type AuditBench, createAuditBench, factOf } from "./support/audit-bench.ts";

const DAY = 86_400_000;
const START = Date.parse("2031-01-01T00:00:00Z");
const day = (count: number) => new Date(START + count * DAY);
const iso = (count: number) => day(count).toISOString();

describe("audit of a recovery window that is shorter than declared", () => {
  let bench: AuditBench;
  beforeEach(async () => {
    const plan = { name: "shop", ref: "a".repeat(20), connection: { env: "URL" }, pitr: { windowDays: 28 } };
    bench = await createAuditBench({ projects: [plan], lockMode: "none" });
  });
  afterEach(() => bench.close());

  const then = (count: number) => ({ ...bench.vault, clock: () => day(count) });
  /** A checkpoint of that day, when recovery reached back to another. */
  const tell = (count: number, earliest: number) =>
    recordEvidence(then(count), "checkpoint", "shop", {
      ...{ verdict: "PASS", window: { earliest: iso(earliest), latest: iso(count) } },
    });
  const look = async (at: number, { earliest, paid }: { earliest: number; paid: 7 | 28 }) => {
    bench.now = day(at);
    const [project] = bench.plan.projects;
    assert.ok(project);
    const settings = {
      project: { createdAt: day(-400) },
      addons: { pitr: { windowDays: paid } },
      backups: { pitrEnabled: true, window: { earliest: day(earliest), latest: day(at) } },
    } as unknown as ProjectSettings; // Of what Supabase tells, these facts need no more.
    const context = bench.context();
    const { reach, paidWindows } = await context.evidence();
    const known = { told: reach.get("shop") ?? [], paid: paidWindows.get("shop") };
    return [...pitrFacts(context, project, settings, known)];
  };
  const audit = async (at: number, seen: { earliest: number; paid: 7 | 28 }): Promise<AuditFact> => {
    const facts = await look(at, seen);
    await recordAudit(then(at), { verdict: "PASS", sources: ["supabase"], facts }, []);
    return factOf(facts, "supabase.pitr-reach/shop");
  };

  it("does not call lost what went before its days were raised, and says until when it grows", async () => {
    await tell(40, 33);
    await audit(45, { earliest: 38, paid: 7 });
    // Raised on day 50: the window begins where seven days had left it, and stays there.
    for (const at of [51, 60]) {
      const { verdict, actual, fix } = await audit(at, { earliest: 43, paid: 28 });
      assert.deepEqual(
        [verdict, actual],
        [
          "PARTIAL",
          `from ${iso(43)}, ${at - 43}d back; ${iso(33)} could be recovered once, perhaps before the days were raised: full on ${iso(71).slice(0, 10)}`,
        ],
      );
      assert.match(fix ?? "", /^Nothing, if its days were raised/);
      await tell(at, 43);
    }
    const full = await audit(72, { earliest: 44, paid: 28 });
    assert.equal(full.verdict, "PASS");
  });

  it("finds what was lost after its days were raised, by what was told since then", async () => {
    await tell(40, 33);
    await audit(45, { earliest: 38, paid: 7 });
    await audit(51, { earliest: 43, paid: 28 });
    await tell(52, 43);
    // The edge moved on by three days and reaches back further than ever: only the days before it are gone.
    const { verdict, actual } = await audit(60, { earliest: 46, paid: 28 });
    assert.deepEqual(
      [verdict, actual],
      ["FAIL", `from ${iso(46)}, 14d back; ${iso(43)} could be recovered once`],
    );
  });

  it("finds a window that reaches back less far than it did, whatever audits saw", async () => {
    await tell(40, 33);
    const young = await audit(45, { earliest: 33, paid: 28 });
    assert.equal(young.verdict, "PASS");
    const { verdict } = factOf(await look(46, { earliest: 45, paid: 28 }), "supabase.pitr-reach/shop");
    assert.equal(verdict, "FAIL");
    const lowered = factOf(await look(46, { earliest: 39, paid: 7 }), "supabase.pitr-reach/shop");
    assert.equal(lowered.verdict, "FAIL");
  });
});
