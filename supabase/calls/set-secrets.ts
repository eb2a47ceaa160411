import type { ManagementApi, RequestOptions } from "../management-api.ts";

/**
 * Sets secrets of a project's Edge Functions; others stay as they are. The values go into the request's body alone.
 * @param secrets 1 to 100, by name: up to 256 characters, not beginning with `SUPABASE_`; values up to 24,576 characters
 * @see https://supabase.com/docs/reference/api/v1-bulk-create-secrets
 */
export async function setSecrets(
  api: ManagementApi,
  ref: string,
  secrets: Readonly<Record<string, string>>,
  options?: RequestOptions,
): Promise<void> {
  await api.request(
    {
      method: "POST",
      path: "/v1/projects/{ref}/secrets",
      parameters: { ref },
      body: Object.entries(secrets).map(([name, value]) => ({ name, value })),
      status: 201,
      reply: undefined,
      repeatable: true,
    },
    options,
  );
}
