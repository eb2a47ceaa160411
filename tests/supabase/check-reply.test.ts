import assert from "node:assert/strict";
import { z } from "zod";
import type { ApiCall } from "../../supabase/api-call.ts";
import { ApiError } from "../../supabase/api-error.ts";
import { checkReply } from "../../supabase/check-reply.ts";

const Schema = z.object({
  backups: z.array(z.object({ id: z.number(), inserted_at: z.iso.datetime().nullish() })),
  status: z.enum(["stored", "applied"]).optional(),
  count: z.number().max(10).min(1).optional(),
  either: z.union([z.string(), z.object({ id: z.string() })]).optional(),
  odd: z
    .number()
    .refine((value) => value % 2 === 1, "an odd number")
    .optional(),
});
const CALL: ApiCall<z.infer<typeof Schema>> = {
  method: "GET",
  path: "/v1/projects/{ref}/database/backups",
  parameters: { ref: "abcdefghijklmnopqrst" },
  status: 200,
  reply: Schema,
};

describe("checkReply", () => {
  it("gives what the schema reads, and leaves out the rest", () => {
    assert.deepEqual(checkReply(CALL, Schema, { backups: [{ id: 1, new: true }], new: 1 }), {
      backups: [{ id: 1 }],
    });
  });

  const wrong: readonly (readonly [unknown, string])[] = [
    [undefined, "(whole answer): expected object, found nothing"],
    [null, "(whole answer): expected object, found null"],
    [[], "(whole answer): expected object, found array"],
    ["secret", "(whole answer): expected object, found string"],
    [{}, "backups: expected array, found nothing"],
    [{ backups: [{ id: 1 }, { id: "secret" }] }, "backups[1].id: expected number, found string"],
    [
      { backups: [{ id: 1, inserted_at: "secret" }] },
      "backups[0].inserted_at: expected text of the form datetime, found string",
    ],
    [{ backups: [], status: "secret" }, "status: expected one of stored, applied, found string"],
    [{ backups: [], count: 4711 }, "count: expected number of at most 10, found number"],
    [{ backups: [], count: -4711 }, "count: expected number of at least 1, found number"],
    [{ backups: [], either: 4711 }, "either: expected one of the documented forms, found number"],
    [{ backups: [], odd: 4712 }, "odd: expected an odd number, found number"],
  ];
  for (const [body, expected] of wrong) {
    it(`says "${expected}", and no value`, () => {
      assert.throws(
        () => checkReply(CALL, Schema, body),
        (error) => {
          assert.ok(error instanceof ApiError);
          assert.equal(error.code, "SUPABASE_REPLY_UNEXPECTED");
          assert.equal(error.endpoint, "GET /v1/projects/{ref}/database/backups");
          assert.ok(error.message.endsWith(`documented: ${expected}`), error.message);
          assert.ok(!/secret|471/.test(error.message + JSON.stringify(error.details)));
          return true;
        },
      );
    });
  }

  it("names the first five of many faults", () => {
    const backups = Array.from({ length: 1_000 }, () => ({}));
    assert.throws(
      () => checkReply(CALL, Schema, { backups }),
      (error) => error instanceof ApiError && error.details?.length === 5,
    );
  });

  it("warns that a write may have been done", () => {
    assert.throws(
      () => checkReply({ ...CALL, method: "POST" }, Schema, {}),
      (error) => error instanceof ApiError && error.hint.includes("may have had its effect"),
    );
  });
});
