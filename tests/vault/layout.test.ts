import assert from "node:assert/strict";
import fc from "fast-check";
import { TIERS } from "../../plan/tier.ts";
import {
  chunkKey,
  evidenceKey,
  manifestKey,
  parseEvidenceKey,
  parsePointKey,
  pointPrefix,
} from "../../vault/layout.ts";
import { failsWith } from "./test-vault.ts";

const name = fc.stringMatching(/^[A-Za-z0-9_+@=-][A-Za-z0-9_.+@=-]{0,20}$/);
const tier = fc.constantFrom(...TIERS);

describe("layout", () => {
  it("reads back every key it makes", () => {
    const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((parts) => parts.join("/"));
    fc.assert(
      fc.property(name, tier, name, path, (project, tierName, id, chunk) => {
        fc.pre(chunk !== "manifest.json");
        const key = chunkKey(project, tierName, id, chunk);
        assert.ok(key.startsWith(pointPrefix(project, tierName, id)));
        assert.deepEqual(parsePointKey(key), { project, tier: tierName, id, path: chunk });
        const manifest = manifestKey(project, tierName, id);
        assert.deepEqual(parsePointKey(manifest), { project, tier: tierName, id, path: "manifest.json" });
      }),
    );
  });

  it("never parses a key into one that makes another key", () => {
    const part = fc.oneof(name, fc.constantFrom("points", "nightly", "..", ".", "", "a b", "manifest.json"));
    fc.assert(
      fc.property(fc.array(part, { maxLength: 7 }), (parts) => {
        const key = parts.join("/");
        const parsed = parsePointKey(key);
        if (parsed) assert.equal(pointPrefix(parsed.project, parsed.tier, parsed.id) + parsed.path, key);
      }),
    );
  });

  it("keeps points and evidence apart", () => {
    assert.equal(evidenceKey("prod", 7), "evidence/prod/0000000007.json");
    assert.deepEqual(parseEvidenceKey("evidence/prod/0000000007.json"), { environment: "prod", sequence: 7 });
    for (const key of [
      "evidence/prod/7.json",
      "evidence/prod/0000000000.json",
      "evidence/prod/0000000007.json.bak",
    ]) {
      assert.equal(parseEvidenceKey(key), undefined, key);
    }
    assert.equal(parsePointKey("evidence/prod/0000000007.json"), undefined);
  });

  it("refuses names that lead out of their place", async () => {
    for (const bad of ["", ".", "..", "a/b", "a b", "ä", "a\n", "x".repeat(201)]) {
      const error = await failsWith("KEY_NAME_INVALID", () => pointPrefix(bad, "nightly", "id"));
      assert.equal(error.exitCode, 2);
      await failsWith("KEY_NAME_INVALID", () => pointPrefix("ordak", "nightly", bad));
    }
    for (const bad of ["../x", "a//b", "a/../b", "/a", "a/", "manifest.json"]) {
      await failsWith("KEY_NAME_INVALID", () => chunkKey("ordak", "nightly", "id", bad));
    }
    for (const bad of [0, -1, 1.5, 10_000_000_000, Number.NaN]) {
      await failsWith("KEY_NAME_INVALID", () => evidenceKey("prod", bad));
    }
  });
});
