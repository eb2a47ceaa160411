import assert from "node:assert/strict";
import fc from "fast-check";
import { bucketSlug } from "../../../components/jobs/bucket-slug.ts";

describe("bucketSlug", () => {
  it("is the name where that may be one of a schedule", () => {
    for (const name of ["order_photos", "a", "A.b-c_9", "x".repeat(18)]) assert.equal(bucketSlug(name), name);
  });

  it("says what it can of the others", () => {
    assert.equal(bucketSlug("order photos"), "order-pho-94461c56");
    assert.equal(bucketSlug("x".repeat(19)), "xxxxxxxxx-0d0f234f");
    assert.equal(bucketSlug("ü"), "--607474ca");
  });

  it("is another for each of them", () => {
    const name = fc.oneof(
      fc.string({ minLength: 1, maxLength: 100 }),
      fc.string({ unit: fc.constantFrom("a", " ", "-", "ü", "."), minLength: 1, maxLength: 24 }),
    );
    fc.assert(
      fc.property(fc.uniqueArray(name, { minLength: 2, maxLength: 20 }), (names) => {
        const slugs = names.map(bucketSlug);
        assert.equal(new Set(slugs).size, names.length);
        for (const slug of slugs) assert.match(slug, /^[A-Za-z0-9_.-]{1,18}$/);
      }),
    );
  });
});
