import type { ManagementApi, RequestOptions } from "../management-api.ts";

/**
 * Changes the password of the database's `postgres`. It goes into the request's body alone.
 * @param password 4 characters or more
 * @throws ApiError `SUPABASE_REFUSED` ("Cannot reset password for non-active projects") while the project is not active
 * @see https://supabase.com/docs/reference/api/v1-update-database-password
 */
export async function setDatabasePassword(
  api: ManagementApi,
  ref: string,
  password: string,
  options?: RequestOptions,
): Promise<void> {
  await api.request(
    {
      method: "PATCH",
      path: "/v1/projects/{ref}/database/password",
      parameters: { ref },
      body: { password },
      status: 200,
      reply: undefined,
      repeatable: true,
    },
    options,
  );
}
