import assert from "node:assert/strict";
import { veilCheck, veilError, veilName } from "../../../jobs/storage/veil-names.ts";
import { HoldfastError } from "../../../plan/holdfast-error.ts";
import { mirrorKey } from "../../../vault/mirror/mirror-layout.ts";

const NAME = "avatars/jane.doe $& (1).png";

describe("names of objects in evidence", () => {
  it("are the beginnings of their keys in the mirror", () => {
    assert.match(veilName(NAME), /^#[0-9a-f]{16}$/);
    const file = mirrorKey("shop", "photos", NAME).split("/").at(-1);
    assert.ok(file?.startsWith(veilName(NAME).slice(1)));
  });

  it("are veiled in checks of one object, and other checks stay as they are", () => {
    const detail = `photos/${NAME} is damaged`;
    const check = { name: `copy of photos/${NAME}`, verdict: "FAIL", detail, object: NAME } as const;
    const veiled = { name: `copy of photos/${veilName(NAME)}`, verdict: "FAIL" };
    assert.deepEqual(veilCheck(check), veiled);
    const other = { name: "table public.orders", verdict: "FAIL", detail: "3 rows missing" } as const;
    assert.deepEqual(veilCheck(other), other);
  });

  it("are cut off errors, whose code and hint stay", () => {
    const facts = { code: "STORAGE_UNAVAILABLE", hint: "Run again.", exitCode: 2 } as const;
    const error = new HoldfastError({ ...facts, message: `Reading photos/${NAME} failed (503).` });
    const { code, message, hint, exitCode } = veilError(error, "photos") as HoldfastError;
    assert.deepEqual({ code, hint, exitCode }, facts);
    assert.equal(message, "Reading photos/…");
    assert.equal(Object(veilError(new Error(`photos/${NAME}?`), "photos")).message, "photos/…");
    assert.equal(veilError(error, "orders"), error);
    assert.equal(veilError("text", "photos"), "text");
  });
});
