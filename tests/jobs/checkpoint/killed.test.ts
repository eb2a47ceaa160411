import assert from "node:assert/strict";
import type { EvidenceRecord } from "../../../vault/evidence/evidence-record.ts";
import { listEvidence } from "../../../vault/evidence/list-evidence.ts";
import { verifyEvidence } from "../../../vault/evidence/verify-evidence.ts";
import { type FaultProxy, type SeenRequest, startFaultProxy } from "../../support/fault-proxy.ts";
import { createJobBench, type JobBench } from "../../support/jobs.ts";
import { PLANNED_PROJECT, PROJECT_VARIABLE, writePlanFile } from "../../support/plan-file.ts";
import { wholePoints } from "../../support/point-facts.ts";
import { startScript } from "../../support/run-script.ts";
import { CHECKS, createCheckedDatabase } from "./support/checkpoint-bench.ts";

const isManifest = ({ method, url }: SeenRequest) => method === "PUT" && /\/manifest\.json(?:\?|$)/.test(url);
const writesEvidence = ({ method, url }: SeenRequest) => method === "PUT" && url.includes("/evidence/");

describe("a checkpoint that is killed", () => {
  let bench: JobBench;
  let proxy: FaultProxy;
  let plan: string;
  let source: string;
  before(async () => {
    bench = await createJobBench();
    proxy = await startFaultProxy(bench.settings.endpoint ?? "");
    plan = await writePlanFile(
      { ...bench.settings, endpoint: proxy.endpoint },
      { project: { checks: CHECKS } },
    );
    source = await createCheckedDatabase();
  });
  after(() => proxy.close());

  /** @param nth kills it when so many requests that fit have arrived */
  async function run(fits?: (request: SeenRequest) => boolean, nth = 1) {
    const script = await startScript("checkpoint", ["--plan", plan, "--json"], {
      [PROJECT_VARIABLE]: source,
    });
    let met = 0;
    proxy.clear();
    if (fits)
      proxy.inject({
        kind: "hang",
        times: 1,
        when: (request) => fits(request) && ++met === nth,
        onFault: () => script.kill(),
      });
    return await script.ended;
  }

  for (const { what, fits, nth, stands } of [
    { what: "before its point stands", fits: isManifest, nth: 1, stands: false },
    { what: "before its own evidence", fits: writesEvidence, nth: 2, stands: true },
  ]) {
    it(`${what} harms nothing: the next one takes its own point and names what stands`, async () => {
      const known = await wholePoints(bench.vault, PLANNED_PROJECT);
      const killed = await run(fits, nth);
      assert.equal(killed.signal, "SIGKILL", killed.stdout + killed.stderr);
      const left = (await wholePoints(bench.vault, PLANNED_PROJECT)).filter((id) => !known.includes(id));
      assert.equal(left.length, stands ? 1 : 0);
      const { exitCode, stdout } = await run();
      const result = JSON.parse(stdout);
      assert.deepEqual([exitCode, result.verdict], [0, "PASS"], stdout);
      assert.equal(result.previousCheckpoint, left[0] ?? known[0]);
      const records = await listEvidence(bench.vault);
      assert.deepEqual(verifyEvidence(records, await bench.vault.signer?.publicKeyPem()).problems, []);
      const told = (records as EvidenceRecord[]).filter(({ kind }) => kind === "checkpoint").at(-1)?.body;
      assert.deepEqual([told?.checkpoint, told?.verdict], [result.checkpoint, "PASS"]);
    });
  }
});
