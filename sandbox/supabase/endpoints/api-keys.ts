import { createHash, randomUUID } from "node:crypto";
import { z } from "zod";
import { Refusal } from "../answer.ts";
import { type Endpoint, endpoint } from "../endpoint.ts";
import { newKeyValue } from "../new-project.ts";
import type { Platform } from "../platform.ts";
import type { ApiKeyRecord } from "../state/project-record.ts";

const flagShape = z
  .enum(["true", "false"])
  .transform((text) => text === "true")
  .optional();
const revealShape = z.object({ reveal: flagShape });

const nameShape = z
  .string()
  .min(4)
  .max(64)
  .regex(/^[a-z_][a-z0-9_]+$/);
const moreShape = {
  description: z.string().nullish(),
  secret_jwt_template: z.record(z.string(), z.unknown()).nullish(),
};

const SHOWN_CHARACTERS = { legacy: 5, publishable: 20, secret: 15 } as const;

/** Secret keys are dotted out unless asked for; that the others never are is UNVERIFIED. */
function shown(key: ApiKeyRecord, reveal: boolean | undefined) {
  const prefix = key.value.slice(0, SHOWN_CHARACTERS[key.type]);
  const hidden = key.type === "secret" && reveal !== true;
  const common = {
    id: key.id,
    name: key.name,
    type: key.type,
    api_key: hidden ? prefix + "·".repeat(key.value.length - prefix.length) : key.value,
    hash: createHash("sha256").update(key.value).digest("base64url"),
    prefix,
    description: key.description,
  };
  if (key.type === "legacy") return common;
  const { insertedAt, updatedAt, secretJwtTemplate } = key;
  return {
    ...common,
    secret_jwt_template: secretJwtTemplate,
    inserted_at: insertedAt,
    updated_at: updatedAt,
  };
}

function keyOf(platform: Platform, ref: string, id: string | undefined): ApiKeyRecord {
  const key = platform.project(ref).apiKeys.find((one) => one.id === id && one.type !== "legacy");
  if (!key) throw new Refusal(404, "API key not found");
  return key;
}

const KEYS = "/v1/projects/{ref}/api-keys";

/** A project's keys: legacy, publishable and secret ones. */
export const apiKeyEndpoints: readonly Endpoint[] = [
  endpoint({
    method: "GET",
    path: KEYS,
    options: revealShape,
    handle: (platform, { ref, options }) => {
      const { apiKeys, legacyKeysEnabled } = platform.project(ref);
      const keys = apiKeys.filter(({ type }) => type !== "legacy" || legacyKeysEnabled);
      return { status: 200, body: keys.map((key) => shown(key, options.reveal)) };
    },
  }),
  endpoint({
    method: "POST",
    path: KEYS,
    options: revealShape,
    body: z.object({ type: z.enum(["publishable", "secret"]), name: nameShape, ...moreShape }),
    handle: (platform, { ref, json, options }) => {
      const { apiKeys } = platform.project(ref);
      if (apiKeys.some(({ type, name }) => type === json.type && name === json.name))
        throw new Refusal(400, `An API key named ${json.name} already exists`);
      const at = platform.clock().toISOString();
      const key: ApiKeyRecord = {
        id: randomUUID(),
        name: json.name,
        type: json.type,
        value: newKeyValue(json.type),
        description: json.description ?? null,
        secretJwtTemplate: json.secret_jwt_template ?? null,
        insertedAt: at,
        updatedAt: at,
      };
      platform.update(ref, { apiKeys: [...apiKeys, key] });
      return { status: 201, body: shown(key, options.reveal) };
    },
  }),
  endpoint({
    method: "GET",
    path: `${KEYS}/legacy`,
    handle: (platform, { ref }) => ({
      status: 200,
      body: { enabled: platform.project(ref).legacyKeysEnabled },
    }),
  }),
  endpoint({
    method: "PUT",
    path: `${KEYS}/legacy`,
    options: z.object({ enabled: z.enum(["true", "false"]).transform((text) => text === "true") }),
    handle: (platform, { ref, options: { enabled } }) => {
      platform.update(ref, { legacyKeysEnabled: enabled });
      return { status: 200, body: { enabled } };
    },
  }),
  endpoint({
    method: "GET",
    path: `${KEYS}/{id}`,
    options: revealShape,
    handle: (platform, { ref, parameters, options }) => ({
      status: 200,
      body: shown(keyOf(platform, ref, parameters.id), options.reveal),
    }),
  }),
  endpoint({
    method: "PATCH",
    path: `${KEYS}/{id}`,
    options: revealShape,
    body: z.object({ name: nameShape.optional(), ...moreShape }),
    handle: (platform, { ref, parameters, json, options }) => {
      const key = keyOf(platform, ref, parameters.id);
      const changed: ApiKeyRecord = {
        ...key,
        name: json.name ?? key.name,
        description: json.description === undefined ? key.description : json.description,
        secretJwtTemplate:
          json.secret_jwt_template === undefined ? key.secretJwtTemplate : json.secret_jwt_template,
        updatedAt: platform.clock().toISOString(),
      };
      const { apiKeys } = platform.project(ref);
      platform.update(ref, { apiKeys: apiKeys.map((one) => (one.id === key.id ? changed : one)) });
      return { status: 200, body: shown(changed, options.reveal) };
    },
  }),
  endpoint({
    method: "DELETE",
    path: `${KEYS}/{id}`,
    options: revealShape,
    handle: (platform, { ref, parameters, options }) => {
      const key = keyOf(platform, ref, parameters.id);
      const { apiKeys } = platform.project(ref);
      platform.update(ref, { apiKeys: apiKeys.filter(({ id }) => id !== key.id) });
      return { status: 200, body: shown(key, options.reveal) };
    },
  }),
];
