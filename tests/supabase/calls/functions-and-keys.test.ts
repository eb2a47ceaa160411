import assert from "node:assert/strict";
import { createApiKey } from "../../../supabase/calls/create-api-key.ts";
import { deleteApiKey } from "../../../supabase/calls/delete-api-key.ts";
import { deleteSecrets } from "../../../supabase/calls/delete-secrets.ts";
import { deployFunction } from "../../../supabase/calls/deploy-function.ts";
import { getFunctionBody } from "../../../supabase/calls/get-function-body.ts";
import { listApiKeys } from "../../../supabase/calls/list-api-keys.ts";
import { listFunctions } from "../../../supabase/calls/list-functions.ts";
import { listSecretDigests } from "../../../supabase/calls/list-secret-digests.ts";
import { setSecrets } from "../../../supabase/calls/set-secrets.ts";
import { openManagementApi } from "../../../supabase/open-management-api.ts";
import { startScriptedApi } from "../../support/scripted-api.ts";
import { checkCalls } from "../support/check-calls.ts";
import { API_KEY_ID, RECORDED, REF } from "../support/recorded-answers.ts";

const FUNCTION = {
  id: "9b2f0d0e-5f0a-4d2b-9c57-1f0f0b1b7a11",
  slug: "confirm-order",
  name: "confirm-order",
  status: "ACTIVE",
  version: 7,
  createdAt: new Date("2026-01-05T08:33:20Z"),
  updatedAt: new Date("2026-01-06T08:33:20Z"),
  verifyJwt: true,
  entrypointPath: "file:///src/index.ts",
  bundleSha256: "3b64db95cb55c763391c707108489ae18b4112d783300de38e033b4c98c3deaf",
};
const SOURCE = {
  slug: "confirm-order",
  entrypointPath: "index.ts",
  verifyJwt: false,
  files: [
    { path: "index.ts", content: "Deno.serve(() => new Response());" },
    { path: "lib/logo.png", content: new Uint8Array([0, 13, 10, 255]) },
  ],
};
const KEY = {
  id: API_KEY_ID,
  name: "nightly_copy",
  type: "secret",
  insertedAt: new Date("2026-03-02T02:00:00Z"),
};
/** No text: zeros, ends of lines, what is not UTF-8. */
const BUNDLE = new Uint8Array([0x45, 0x53, 0x5a, 0x00, 0x0d, 0x0a, 0xff, 0xfe]);

checkCalls("supabase/calls: functions, secrets and keys", [
  {
    call: "listFunctions",
    endpoint: "GET /v1/projects/{ref}/functions",
    ask: (api) => listFunctions(api, REF),
    result: [FUNCTION],
    field: "[0].slug",
  },
  {
    call: "deployFunction",
    endpoint: "POST /v1/projects/{ref}/functions/deploy",
    ask: (api) => deployFunction(api, REF, SOURCE),
    query: { slug: "confirm-order" },
    result: FUNCTION,
    field: "version",
  },
  {
    call: "getFunctionBody",
    endpoint: "GET /v1/projects/{ref}/functions/{function_slug}/body",
    ask: async (api) => Buffer.from(await getFunctionBody(api, REF, "confirm-order")).toString("hex"),
    bytes: BUNDLE,
    result: Buffer.from(BUNDLE).toString("hex"),
  },
  {
    call: "listSecretDigests",
    endpoint: "GET /v1/projects/{ref}/secrets",
    ask: (api) => listSecretDigests(api, REF),
    result: [
      {
        name: "WHATSAPP_TOKEN",
        digest: "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae",
        updatedAt: new Date("2026-03-02T02:00:00Z"),
      },
    ],
    field: "[0].value",
  },
  {
    call: "setSecrets",
    endpoint: "POST /v1/projects/{ref}/secrets",
    ask: (api) => setSecrets(api, REF, { WHATSAPP_TOKEN: "correct-horse", STORE: "1" }),
    body: [
      { name: "WHATSAPP_TOKEN", value: "correct-horse" },
      { name: "STORE", value: "1" },
    ],
    repeatable: true,
    secret: "correct-horse",
  },
  {
    call: "deleteSecrets",
    endpoint: "DELETE /v1/projects/{ref}/secrets",
    ask: (api) => deleteSecrets(api, REF, ["WHATSAPP_TOKEN"]),
    body: ["WHATSAPP_TOKEN"],
    repeatable: true,
  },
  {
    call: "listApiKeys",
    endpoint: "GET /v1/projects/{ref}/api-keys",
    ask: (api) => listApiKeys(api, REF),
    query: { reveal: "false" },
    result: [
      { name: "anon", type: "legacy", key: "eyJhbGciOiJIUzI1NiJ9.e30.anon" },
      { ...KEY, key: "sb_secret_N7UND\u00b7\u00b7\u00b7\u00b7\u00b7\u00b7\u00b7" },
    ],
    field: "[0].name",
  },
  {
    call: "createApiKey",
    endpoint: "POST /v1/projects/{ref}/api-keys",
    ask: (api) => createApiKey(api, REF, { type: "secret", name: "nightly_copy" }),
    query: { reveal: "true" },
    body: { type: "secret", name: "nightly_copy", secret_jwt_template: { role: "service_role" } },
    result: { ...KEY, key: "sb_secret_N7UND0UgjKTVK-Uodkm0Hg" },
    field: "name",
  },
  {
    call: "createApiKey for everybody",
    endpoint: "POST /v1/projects/{ref}/api-keys",
    ask: (api) => createApiKey(api, REF, { type: "publishable", name: "web_shop" }),
    query: { reveal: "true" },
    body: { type: "publishable", name: "web_shop" },
    result: { ...KEY, key: "sb_secret_N7UND0UgjKTVK-Uodkm0Hg" },
  },
  {
    call: "deleteApiKey",
    endpoint: "DELETE /v1/projects/{ref}/api-keys/{id}",
    ask: (api) => deleteApiKey(api, REF, API_KEY_ID),
    repeatable: true,
  },
]);

describe("supabase/calls/deployFunction", () => {
  it("sends its files and what to do with them as a form", async () => {
    const scripted = await startScriptedApi();
    try {
      scripted.on("POST", "/v1/projects/{ref}/functions/deploy", {
        status: 201,
        json: RECORDED["POST /v1/projects/{ref}/functions/deploy"].body,
      });
      const { endpoint, token } = scripted;
      await deployFunction(openManagementApi({ endpoint, token, clock: () => new Date() }), REF, SOURCE);
      const [{ headers, body } = assert.fail("nothing was sent")] = scripted.requests;
      assert.match(headers["content-type"] ?? "", /^multipart\/form-data; boundary=/);
      assert.match(body, /name="file"; filename="index\.ts"/);
      assert.ok(body.includes("Deno.serve(() => new Response());"));
      assert.match(body, /name="file"; filename="lib\/logo\.png"/);
      const metadata: unknown = JSON.parse(/name="metadata"\s+(\{.*\})/.exec(body)?.[1] ?? "");
      assert.deepEqual(metadata, {
        entrypoint_path: "index.ts",
        verify_jwt: false,
        name: "confirm-order",
      });
    } finally {
      await scripted.close();
    }
  });
});
