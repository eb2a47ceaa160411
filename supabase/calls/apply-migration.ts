import type { ManagementApi, RequestOptions } from "../management-api.ts";

export interface NewMigration {
  readonly sql: string;
  readonly name?: string;
  /** What takes it back. */
  readonly rollbackSql?: string;
  /** The same for every try of one migration, another for another: e.g. a hash of its name and text. */
  readonly idempotencyKey: string;
}

/**
 * Runs SQL in a project's database and records it as a migration. Supabase accepts 120 in three minutes.
 *
 * Never sent twice by the client: Supabase records a migration with a known idempotency key once, but that it is also
 * run once is UNVERIFIED. After `SUPABASE_OUTCOME_UNKNOWN`, look for its name among the migrations.
 * @throws ApiError `SUPABASE_REFUSED` with PostgreSQL's message when the SQL fails
 * @see https://supabase.com/docs/reference/api/v1-apply-a-migration
 */
export async function applyMigration(
  api: ManagementApi,
  ref: string,
  { sql, name, rollbackSql, idempotencyKey }: NewMigration,
  options?: RequestOptions,
): Promise<void> {
  await api.request(
    {
      method: "POST",
      path: "/v1/projects/{ref}/database/migrations",
      parameters: { ref },
      body: {
        query: sql,
        ...(name !== undefined && { name }),
        ...(rollbackSql !== undefined && { rollback: rollbackSql }),
      },
      status: 200,
      headers: { "Idempotency-Key": idempotencyKey },
      reply: undefined,
    },
    options,
  );
}
