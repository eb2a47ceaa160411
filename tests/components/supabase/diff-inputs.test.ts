import assert from "node:assert/strict";
import { diffInputs } from "../../../components/supabase/diff-inputs.ts";
import { UNKNOWN_VALUE } from "../../../components/supabase/unknown-value.ts";

const options = { inputs: ["ref", "ranges", "providerRevision"], replaceOn: ["ref"] };
const olds = { ref: "a", ranges: ["x", "y"], providerRevision: 1, price: 100, __provider: "old text" };
const diff = (news: object) => diffInputs(olds, news, options);
const news = { ref: "a", ranges: ["x", "y"], providerRevision: 1, __provider: "new text" };

describe("diffInputs", () => {
  it("sees no difference in outputs alone, nor in the text of the provider", () => {
    assert.deepEqual(diff(news), { changes: false, replaces: [], deleteBeforeReplace: false });
  });

  it("sees a changed value, a missing one and a raised revision", () => {
    const { ranges: _, ...without } = news;
    for (const changed of [{ ...news, ranges: ["y"] }, without, { ...news, providerRevision: 2 }]) {
      assert.deepEqual(diff(changed), { changes: true, replaces: [], deleteBeforeReplace: false });
    }
  });

  it("replaces where another project is meant, making the new one first", () => {
    assert.deepEqual(diff({ ...news, ref: "b" }), {
      changes: true,
      replaces: ["ref"],
      deleteBeforeReplace: false,
    });
  });

  it("takes what is not known yet for a change, and never for a replacement", () => {
    for (const unknown of [
      { ...news, ref: UNKNOWN_VALUE },
      { ...news, ranges: ["x", UNKNOWN_VALUE] },
    ]) {
      assert.deepEqual(diff(unknown), { changes: true, replaces: [], deleteBeforeReplace: false });
    }
  });
});
