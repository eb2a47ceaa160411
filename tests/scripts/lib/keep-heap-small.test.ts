import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { resolve } from "node:path";

const MODULE = resolve(import.meta.dirname, "../../../scripts/lib/keep-heap-small.ts");

describe("keepHeapSmall", () => {
  /** Of the space for young objects, after many that lived for a while; in bytes. */
  const youngBytes = (first: string) => {
    const program = `import { getHeapSpaceStatistics } from "node:v8";
      import { keepHeapSmall } from ${JSON.stringify(MODULE)};
      ${first}
      const alive = [];
      for (let at = 0; at < 3_000_000; at += 1) alive[at % 30_000] = { at, text: String(at) };
      console.log(getHeapSpaceStatistics().find(({ space_name }) => space_name === "new_space").space_size);`;
    return Number(
      execFileSync(process.execPath, ["--input-type=module", "-e", program], { encoding: "utf8" }),
    );
  };

  it("keeps the space for young objects small, which grows without it", () => {
    const [bounded, free] = [youngBytes("keepHeapSmall();"), youngBytes("")];
    assert.ok(bounded <= 4 * 1024 ** 2, `${bounded} bytes`);
    assert.ok(free >= 4 * bounded, `${free} bytes`);
  });
});
