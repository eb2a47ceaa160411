import { createHmac, randomBytes, randomInt, randomUUID } from "node:crypto";
import type { ApiKeyRecord, ProjectRecord } from "./state/project-record.ts";

export interface NewProject {
  readonly ref: string;
  readonly id: number;
  readonly name: string;
  readonly organization: string;
  readonly region: string;
  /** A variant, e.g. `ci_small`; `undefined` on the free plan. */
  readonly compute: string | undefined;
  readonly database: ProjectRecord["database"];
  readonly now: Date;
  readonly branch?: ProjectRecord["branch"];
}

/** A project's id as the platform makes them: 20 lower-case letters. */
export const newRef = (): string =>
  Array.from({ length: 20 }, () => String.fromCharCode(97 + randomInt(26))).join("");

const base64url = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
const YEARS_10_SECONDS = 10 * 365 * 24 * 3600;

function jwt(claims: Record<string, unknown>, secret: string): string {
  const signed = `${base64url({ alg: "HS256", typ: "JWT" })}.${base64url(claims)}`;
  return `${signed}.${createHmac("sha256", secret).update(signed).digest("base64url")}`;
}

/** A new key's value, of the form that names its kind. */
export const newKeyValue = (type: "publishable" | "secret"): string =>
  `sb_${type}_${randomBytes(24).toString("base64url").slice(0, 31)}`;

function firstKeys(ref: string, jwtSecret: string, now: Date): ApiKeyRecord[] {
  const at = now.toISOString();
  const seconds = Math.floor(now.getTime() / 1000);
  const common = { insertedAt: at, updatedAt: at };
  const legacy = (role: string): ApiKeyRecord => ({
    ...common,
    id: role,
    name: role,
    type: "legacy",
    value: jwt({ iss: "supabase", ref, role, iat: seconds, exp: seconds + YEARS_10_SECONDS }, jwtSecret),
    description: `Legacy ${role} API key`,
    secretJwtTemplate: null,
  });
  const modern = (type: "publishable" | "secret"): ApiKeyRecord => ({
    ...common,
    id: randomUUID(),
    name: "default",
    type,
    value: newKeyValue(type),
    description: null,
    secretJwtTemplate: type === "secret" ? { role: "service_role" } : null,
  });
  return [legacy("anon"), legacy("service_role"), modern("publishable"), modern("secret")];
}

const DEFAULT_FILE_LIMIT_BYTES = 50 * 1024 * 1024;

/** A project with the settings and keys that a new one has. */
export function newProject({ ref, compute, now, branch, ...given }: NewProject): ProjectRecord {
  const jwtSecret = randomBytes(40).toString("base64");
  return {
    ...given,
    ref,
    createdAt: now.toISOString(),
    status: "UNKNOWN",
    statusSince: now.toISOString(),
    addons: compute === undefined ? {} : { compute_instance: compute },
    ...(branch ? { branch } : {}),
    readOnly: { enabled: false },
    restrictions: { v4: ["0.0.0.0/0"], v6: ["::/0"] },
    sslEnforced: false,
    storage: { fileSizeLimit: DEFAULT_FILE_LIMIT_BYTES, s3Protocol: true, imageTransformation: true },
    rootKey: randomBytes(32).toString("hex"),
    jwtSecret,
    s3Keys: {
      accessKeyId: randomBytes(16).toString("hex"),
      secretAccessKey: randomBytes(32).toString("hex"),
    },
    apiKeys: firstKeys(ref, jwtSecret, now),
    legacyKeysEnabled: true,
    functions: [],
    secrets: [],
    restorePoints: [],
  };
}
