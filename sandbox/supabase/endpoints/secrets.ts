import { createHash } from "node:crypto";
import { z } from "zod";
import { type Endpoint, endpoint } from "../endpoint.ts";
import type { ProjectRecord } from "../state/project-record.ts";

const secretShape = z.object({
  name: z
    .string()
    .max(256)
    .regex(/^(?!SUPABASE_).*/, "Invalid string: must not start with SUPABASE_"),
  value: z.string().max(24_576),
});

const digestOf = (value: string): string => createHash("sha256").update(value).digest("hex");

/** Those that the platform gives every project's functions. */
function given({ ref, apiKeys, createdAt }: ProjectRecord): ProjectRecord["secrets"] {
  const key = (id: string): string => apiKeys.find((one) => one.id === id)?.value ?? "";
  const values = {
    SUPABASE_URL: `https://${ref}.supabase.co`,
    SUPABASE_ANON_KEY: key("anon"),
    SUPABASE_SERVICE_ROLE_KEY: key("service_role"),
    SUPABASE_DB_URL: `postgresql://postgres@db.${ref}.supabase.co:5432/postgres`,
  };
  return Object.entries(values).map(([name, value]) => ({
    name,
    digest: digestOf(value),
    updatedAt: createdAt,
  }));
}

/** Secrets of the Edge Functions: what comes back is a digest, so no one can back them up from here. */
export const secretEndpoints: readonly Endpoint[] = [
  endpoint({
    method: "GET",
    path: "/v1/projects/{ref}/secrets",
    handle: (platform, { ref }) => {
      const project = platform.project(ref);
      const body = [...given(project), ...project.secrets].map(({ name, digest, updatedAt }) => ({
        name,
        value: digest,
        updated_at: updatedAt,
      }));
      return { status: 200, body };
    },
  }),
  endpoint({
    method: "POST",
    path: "/v1/projects/{ref}/secrets",
    body: z.array(secretShape).max(100),
    handle: (platform, { ref, json }) => {
      const { secrets } = platform.project(ref);
      const updatedAt = platform.clock().toISOString();
      const named = new Map(secrets.map((secret) => [secret.name, secret]));
      for (const { name, value } of json) named.set(name, { name, digest: digestOf(value), updatedAt });
      platform.update(ref, { secrets: [...named.values()] });
      return { status: 201 };
    },
  }),
  endpoint({
    method: "DELETE",
    path: "/v1/projects/{ref}/secrets",
    body: z.array(z.string()),
    handle: (platform, { ref, json }) => {
      const { secrets } = platform.project(ref);
      platform.update(ref, { secrets: secrets.filter(({ name }) => !json.includes(name)) });
      return { status: 200 };
    },
  }),
];
