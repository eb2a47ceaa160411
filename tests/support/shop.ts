import type { PostgresServer } from "../../sandbox/servers/postgres-server.ts";
import { createDatabase, query } from "./databases.ts";

/**
 * Makes a small database with one of each thing that a restore does in a step of its own: rows in several tables,
 * indexes, keys, sequences, a large object, a materialized view, triggers of
 * both kinds, and an unlogged table, which a crash of the server empties.
 * @returns its URL
 */
export async function createShop(server?: PostgresServer): Promise<string> {
  const url = await createDatabase(undefined, server);
  await query(
    url,
    `CREATE TABLE customers (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email text NOT NULL UNIQUE);
     INSERT INTO customers (email) SELECT 'customer' || n || '@example.org' FROM generate_series(1, 500) AS n;
     CREATE TABLE orders (
       id bigint PRIMARY KEY, customer int NOT NULL REFERENCES customers, placed timestamptz NOT NULL, note text);
     INSERT INTO orders SELECT n, 1 + n % 500, '2026-01-01Z'::timestamptz + n * interval '1 minute', repeat('x', n % 50)
       FROM generate_series(1, 3000) AS n;
     CREATE TABLE stages (name text NOT NULL);
     CREATE TABLE audit (at timestamptz, what text);
     CREATE UNLOGGED TABLE baskets (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, content text);
     INSERT INTO baskets (content) SELECT 'basket ' || n FROM generate_series(1, 200) AS n;
     CREATE FUNCTION note_order() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN INSERT INTO public.audit VALUES (now(), 'order'); RETURN NEW; END $$;
     CREATE TRIGGER note_order AFTER INSERT ON orders FOR EACH ROW EXECUTE FUNCTION note_order();
     CREATE MATERIALIZED VIEW totals AS SELECT customer, count(*) AS orders FROM public.orders GROUP BY customer;
     CREATE FUNCTION note_ddl() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN END $$;
     CREATE EVENT TRIGGER note_ddl ON ddl_command_end EXECUTE FUNCTION note_ddl();
     SELECT lo_from_bytea(0, 'a large object')`,
  );
  return url;
}

/** Adds a table whose stored form is larger than several parts of an upload. */
export async function addPhotos(url: string, mebibytes: number): Promise<void> {
  await query(
    url,
    `CREATE TABLE photos (id int PRIMARY KEY, body bytea NOT NULL);
     ALTER TABLE photos ALTER body SET STORAGE EXTERNAL;
     INSERT INTO photos
       SELECT n, (SELECT string_agg(sha512(convert_to(n || ' ' || m, 'UTF8')), '') FROM generate_series(1, 1024) AS m)
         FROM generate_series(1, ${mebibytes * 16}) AS n`,
  );
}
