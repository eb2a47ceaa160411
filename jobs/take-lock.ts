import type pg from "pg";

/**
 * Takes an advisory lock of a database, held until the session ends, unless another session has it.
 * @param lockClass names the kind of lock among all others
 * @param key a number, or a text by its hash
 * @param isShared others may hold it shared as well @default false
 * @returns whether it was taken
 * @see https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS
 */
export async function takeLock(
  client: pg.Client,
  lockClass: number,
  key: number | string,
  isShared = false,
): Promise<boolean> {
  const second = typeof key === "number" ? "$2::int" : "pg_catalog.hashtext($2)";
  const reply = await client.query<{ locked: boolean }>(
    `SELECT pg_catalog.pg_try_advisory_lock${isShared ? "_shared" : ""}($1::int, ${second}) AS locked`,
    [lockClass, key],
  );
  return reply.rows[0]?.locked === true;
}
