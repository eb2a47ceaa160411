import { withClient } from "../../sandbox/seed/with-client.ts";
import type { PostgresServer } from "../../sandbox/servers/postgres-server.ts";

export const BENCH_DATABASE = "bench";

/** At scale 1 about 2.2 GB on disk: half narrow rows, half wide ones with JSON and arrays, some random bytes. */
const statements = (scale: number): string[] => [
  "SET synchronous_commit = off",
  "CREATE TABLE accounts (aid bigint NOT NULL, bid int NOT NULL, balance int NOT NULL, filler char(84) NOT NULL)",
  `INSERT INTO accounts SELECT n, n % 97, (n::bigint * 7919) % 100000, 'filler ' || n FROM generate_series(1, ${7_500_000 * scale}) AS n`,
  `CREATE TABLE events (id bigint NOT NULL, at timestamptz NOT NULL, kind text NOT NULL, actor uuid NOT NULL,
     tags text[] NOT NULL, amount numeric(12,2), payload jsonb NOT NULL)`,
  `INSERT INTO events SELECT n, timestamptz '2026-01-01' + n * interval '1 second', (ARRAY['order','pay','ship','return'])[1 + n % 4],
     md5(n::text)::uuid, ARRAY['t' || n % 10, 'u' || n % 100], (n % 100000) / 100.0,
     jsonb_build_object('order', n, 'customer', md5((n % 5000)::text), 'items', jsonb_build_array(n % 7, n % 11, n % 13),
       'note', repeat(md5((n * 31)::text), 5), 'address', jsonb_build_object('street', 'Street ' || n % 1000, 'zip', n % 99999))
     FROM generate_series(1, ${1_500_000 * scale}) AS n`,
  "CREATE TABLE blobs (id int NOT NULL, body bytea NOT NULL)",
  `INSERT INTO blobs SELECT n, (SELECT string_agg(sha256((n || ':' || k)::bytea), ''::bytea) FROM generate_series(1, 800) AS k)
     FROM generate_series(1, ${5_000 * scale}) AS n`,
  "ALTER TABLE accounts ADD PRIMARY KEY (aid)",
  "CREATE INDEX ON accounts (bid)",
  "ALTER TABLE events ADD PRIMARY KEY (id)",
  "CREATE INDEX ON events (at)",
  "CREATE INDEX ON events (actor)",
  "CREATE INDEX ON events USING gin (tags)",
  "CREATE INDEX ON events (kind, at)",
  "ALTER TABLE blobs ADD PRIMARY KEY (id)",
  "VACUUM (ANALYZE)",
  "CHECKPOINT",
];

/** Makes the database that all contenders read, in place of one that is there; returns its size in bytes. */
export async function makeBenchDatabase(server: PostgresServer, scale: number): Promise<number> {
  await withClient(server.url(), async (client) => {
    await client.query(`DROP DATABASE IF EXISTS ${BENCH_DATABASE} WITH (FORCE)`);
    await client.query(`CREATE DATABASE ${BENCH_DATABASE} TEMPLATE template0`);
  });
  return await withClient(server.url(BENCH_DATABASE), async (client) => {
    for (const statement of statements(scale)) await client.query(statement);
    const size = await client.query<{ size: string }>(
      "SELECT pg_database_size(current_database())::text AS size",
    );
    return Number(size.rows[0]?.size ?? 0);
  });
}
