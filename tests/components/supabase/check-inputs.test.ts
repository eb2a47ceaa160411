import assert from "node:assert/strict";
import { z } from "zod";
import { checkInputs } from "../../../components/supabase/check-inputs.ts";
import { resourceInputs } from "../../../components/supabase/resource-inputs.ts";
import { UNKNOWN_VALUE } from "../../../components/supabase/unknown-value.ts";
import { field } from "../../../plan/schema/field.ts";
import { refuse } from "../../../plan/schema/refuse.ts";

const days = () => field(z.int().min(1), { text: "days", range: "a whole number from 1", example: "7" });
const schema = resourceInputs({ first: days(), last: days(), note: z.string().default("none") }).superRefine(
  ({ first, last }, context) => {
    if (first > last) refuse(context, { path: ["last"], bound: "first or more", fix: "raise it" });
  },
);

describe("checkInputs", () => {
  it("fills in defaults and takes out what the SDK put in", () => {
    const { inputs, failures } = checkInputs(schema, { first: 1, last: 2, __provider: "text" });
    assert.deepEqual(failures, []);
    assert.deepEqual(inputs, { first: 1, last: 2, note: "none", providerRevision: 1 });
  });

  it("refuses a value, a missing one, an unknown one and what does not go together", () => {
    const reasons = (news: object) =>
      checkInputs(schema, news).failures?.map(({ property, reason }) => `${property}: ${reason}`);
    assert.deepEqual(reasons({ first: 0, last: 2 }), [
      "first: first must be a whole number from 1; write e.g. first: 7.",
    ]);
    assert.deepEqual(reasons({ last: 2 }), [
      "first: first must be a whole number from 1 (days); write e.g. first: 7.",
    ]);
    assert.deepEqual(reasons({ first: 3, last: 2 }), ["last: last must be first or more; raise it."]);
    assert.match(reasons({ first: 1, last: 2, lats: 3 })?.[0] ?? "", /^lats: .*did you mean last\?/);
  });

  it("lets pass what a preview does not know yet, and still refuses what it knows", () => {
    assert.deepEqual(checkInputs(schema, { first: UNKNOWN_VALUE, last: 2 }), {
      inputs: { first: UNKNOWN_VALUE, last: 2 },
      failures: [],
    });
    assert.deepEqual(checkInputs(schema, { first: [{ deep: UNKNOWN_VALUE }], last: 2 }).failures, []);
    const { failures } = checkInputs(schema, { first: UNKNOWN_VALUE, last: 0 });
    assert.deepEqual(
      failures?.map(({ property }) => property),
      ["last"],
    );
  });
});
