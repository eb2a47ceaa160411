import assert from "node:assert/strict";
import { type Manifest, parseManifest, type UnsealedManifest } from "../../vault/manifest.ts";
import { reference, unsealed } from "./sample-point.ts";
import { failsWith } from "./test-vault.ts";

const vault = { environment: "test", keys: {} };
const sample: Manifest = { ...unsealed(vault, reference(), []), seal: "c2VhbA==" };
const NAME = "ordak/points/nightly/x/manifest.json";

describe("parseManifest", () => {
  it("reads what was written, and drops what it does not know", () => {
    assert.deepEqual(parseManifest(sample, NAME), sample);
    assert.deepEqual(parseManifest({ ...sample, later: 1 }, NAME), sample);
  });

  it("refuses a newer version with the way out", async () => {
    const error = await failsWith("MANIFEST_TOO_NEW", () => parseManifest({ ...sample, version: 2 }, NAME));
    assert.match(error.message, /version 2.*up to 1/);
    assert.match(error.hint, /Update/);
  });

  it("reads an older version through its upgrade, and refuses one that never was", async () => {
    const { git: _, ...old } = { ...sample, version: 0 };
    const upgraded = parseManifest(old, NAME, { 0: (older) => ({ ...older, version: 1, git: {} }) });
    assert.deepEqual(upgraded, sample);
    await failsWith("MANIFEST_DAMAGED", () => parseManifest(old, NAME));
  });

  it("refuses what is no manifest, and says where", async () => {
    const chunk = { path: "a", kind: "data", plainBytes: 1, bytes: 1, sha256: "0".repeat(64) };
    const wrong: readonly [unknown, RegExp][] = [
      [null, /not an object/],
      [[], /not an object/],
      ["text", /not an object/],
      [{}, /format/],
      [{ ...sample, format: "other" }, /format/],
      [{ ...sample, version: "1" }, /version/],
      [{ ...sample, version: 1.5 }, /version/],
      [{ ...sample, version: -1 }, /version/],
      [{ ...sample, seal: "" }, /seal/],
      [{ ...sample, tier: "yearly" }, /tier/],
      [{ ...sample, retainUntil: "tomorrow" }, /retainUntil/],
      [{ ...sample, chunks: [{ ...chunk, sha256: "abc" }] }, /sha256/],
      [{ ...sample, chunks: [{ ...chunk, bytes: -1 }] }, /bytes/],
      [{ ...sample, tables: undefined } satisfies Partial<UnsealedManifest>, /tables/],
    ];
    for (const [raw, where] of wrong) {
      const error = await failsWith("MANIFEST_DAMAGED", () => parseManifest(raw, NAME));
      assert.match(error.message, where);
      assert.match(error.message, /ordak\/points/);
    }
  });
});
