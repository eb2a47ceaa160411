import assert from "node:assert/strict";
import type { ApiCall } from "../../../supabase/api-call.ts";
import { ApiError, type ApiErrorCode } from "../../../supabase/api-error.ts";
import type { ManagementApi } from "../../../supabase/management-api.ts";
import type { Answering, ScriptedAnswer } from "../../support/scripted-api.ts";
import { openScripted, READ, REF, type Scripted, WRITE } from "./open-scripted.ts";

export const FINE = { json: { name: "shop" } } satisfies ScriptedAnswer;
export const DONE = { ...FINE, status: 201 } satisfies ScriptedAnswer;
export const ADDON: ApiCall<void> = {
  method: "PATCH",
  path: "/v1/projects/{ref}/billing/addons",
  parameters: { ref: REF },
  body: { addon_type: "pitr", addon_variant: "pitr_7" },
  status: 200,
  reply: undefined,
};

/** What a call ends in, which must be an `ApiError` of this code. */
export async function failure(promise: Promise<unknown>, code: ApiErrorCode): Promise<ApiError> {
  const error = await promise.then(
    () => assert.fail(`expected ${code}`),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof ApiError, String(error));
  assert.equal(error.code, code, error.message);
  assert.notEqual(error.hint, "");
  return error;
}

export interface ScriptedCalls {
  readonly api: ManagementApi;
  /** May be put in another's place, which is closed after the test. */
  scripted: Scripted;
  /** What each call is answered, in turn; the last for ever. */
  answers(...given: [Answering, ...Answering[]]): void;
  /** How many requests came. */
  sent(): number;
}

/** A server with scripted answers, and the client on it, anew for each test. */
export function scriptedCalls(): ScriptedCalls {
  let scripted: Scripted | undefined;
  beforeEach(async () => {
    scripted = await openScripted();
  });
  afterEach(() => scripted?.server.close());
  return {
    get api() {
      return this.scripted.api;
    },
    get scripted() {
      return scripted ?? assert.fail("it is open in tests alone");
    },
    set scripted(other) {
      scripted = other;
    },
    answers(...given) {
      for (const { method, path } of [READ, WRITE, ADDON]) this.scripted.server.on(method, path, ...given);
    },
    sent() {
      return this.scripted.server.requests.length;
    },
  };
}
