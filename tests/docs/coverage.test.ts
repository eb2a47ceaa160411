import assert from "node:assert/strict";
import {
  codeSpans,
  missingPaths,
  namedPaths,
  packageScripts,
  readDocument,
  tableBehind,
} from "./support/documents.ts";
import { planValue } from "./support/plan-value.ts";

const COVERAGE = readDocument("docs/coverage.md");
const STATES = ["done", "partly", "not yet"];

interface Row {
  readonly line: string;
  readonly carriedBy: string;
  readonly state: string;
  readonly remark: string;
}

const toRow = ([line = "", carriedBy = "", state = "", remark = ""]: string[]): Row => ({
  line,
  carriedBy,
  state,
  remark,
});

/** Why a word between backticks in "carried by" stands for nothing; undefined when it stands for something. */
function problemOf(span: string): string | undefined {
  const script = /^npm (?:run )?([\w-]+)$/.exec(span)?.[1];
  if (script !== undefined) return packageScripts()[script] === undefined ? `no script ${script}` : undefined;
  if (namedPaths(`\`${span}\``).length > 0) return missingPaths(`\`${span}\``)[0];
  if (/^--[a-z-]+( \w+)?$/.test(span)) return undefined;
  return planValue(span) === undefined ? `not declared: ${span}` : undefined;
}

for (const heading of ["## CopperCore: Backup & PITR Checklist", "## Ordak: Backup & Recovery"]) {
  describe(`docs/coverage.md, ${heading.slice(3)}`, () => {
    const [header = [], ...cells] = tableBehind(COVERAGE, heading);
    const rows = cells.map(toRow);

    it("has four columns and a line of the document in each row, in order", () => {
      assert.deepEqual(header, ["line", "carried by", "state", "remark"]);
      assert.ok(cells.length > 50);
      for (const row of cells) assert.equal(row.length, 4, row.join(" | "));
      const numbers = rows.map(({ line }) => Number(/^(\d+)(?:–\d+)?: \S/.exec(line)?.[1]));
      assert.deepEqual(
        numbers,
        [...new Set(numbers)].toSorted((a, b) => a - b),
      );
    });

    it("says of each line done, partly or not yet, and of the last two what is missing", () => {
      for (const { line, state, remark } of rows) {
        assert.ok(STATES.includes(state), line);
        if (state !== "done") assert.notEqual(remark, "", line);
      }
    });

    it("names only what is there: files, scripts, fields of the plan", () => {
      const problems = rows.flatMap(({ line, carriedBy }) =>
        codeSpans(carriedBy)
          .map(problemOf)
          .filter((problem) => problem !== undefined)
          .map((problem) => `${line}: ${problem}`),
      );
      assert.deepEqual(problems, []);
    });

    it("calls done only what a file or a command carries, whatever the plan declares", () => {
      for (const { line, carriedBy, state } of rows) {
        if (carriedBy === "nothing yet") assert.equal(state, "not yet", line);
        else assert.ok(codeSpans(carriedBy).length > 0, line);
        const carriers = codeSpans(carriedBy).filter((span) => planValue(span) === undefined);
        if (state === "done") assert.ok(carriers.length > 0, line);
      }
    });
  });
}

describe("the reading of docs/coverage.md", () => {
  it("finds what is not there", () => {
    assert.equal(problemOf("jobs/no.ts"), "jobs/no.ts");
    assert.equal(problemOf("npm run no"), "no script no");
    assert.equal(problemOf("ordak.tiers.hourly"), "not declared: ordak.tiers.hourly");
    assert.equal(problemOf("ordak.checks.smoke.no"), "not declared: ordak.checks.smoke.no");
  });

  it("finds what is there", () => {
    for (const span of [
      "jobs/",
      "npm start",
      "--tier weekly",
      "ordak.checks.smoke.last-bannos",
      "ordak.storage.order_photos",
    ]) {
      assert.equal(problemOf(span), undefined, span);
    }
  });
});
