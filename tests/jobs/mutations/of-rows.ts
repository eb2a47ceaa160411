import type { Mutation } from "./mutation.ts";

/** Triggers and keys would notice, or repair, what these do; what is published could not even be changed. */
const quietly = (sql: string): string => `
  SET session_replication_role = replica;
  CREATE TEMP TABLE published AS SELECT oid, pubupdate, pubdelete FROM pg_publication;
  UPDATE pg_publication SET pubupdate = false, pubdelete = false;
  ${sql};
  UPDATE pg_publication p SET pubupdate = was.pubupdate, pubdelete = was.pubdelete FROM published was WHERE was.oid = p.oid;`;

export const MUTATIONS_OF_ROWS: readonly Mutation[] = [
  [
    "one row lost",
    "SET session_replication_role = origin; DELETE FROM shop.orders WHERE id = 77",
    "table shop.orders",
  ],
  ["all rows lost", "DELETE FROM shop.tree", "table shop.tree"],
  ["99 of 100 rows lost", "DELETE FROM shop.hashed WHERE v > 1", "table shop.hashed_"],
  ["an unlogged table emptied, as by a crash", "TRUNCATE shop.unlogged", "table shop.unlogged"],
  [
    "a row lost of a table without columns",
    "DELETE FROM shop.no_columns WHERE ctid = '(0,1)'",
    "table shop.no_columns",
  ],
  ["a row lost of a sub-partition", "DELETE FROM shop.events WHERE id = 700", "table shop.events_2025_some"],
  [
    "a row lost of partitions whose rows may move",
    "DELETE FROM shop.by_stage WHERE ctid = '(0,1)'",
    "table shop.by_stage",
  ],
  [
    "one byte changed in one row",
    "UPDATE shop.orders SET note = overlay(note placing 'x' from 200) WHERE id = 51",
    "table shop.orders",
  ],
  [
    "one bit changed in a byte string",
    "UPDATE shop.bytes SET b = set_bit(b, 1000, 1 - get_bit(b, 1000)) WHERE id = 3",
    "table shop.bytes",
  ],
  ["a row doubled", "INSERT INTO shop.one_text VALUES ('a')", "table shop.one_text"],
  [
    "a row doubled and another lost",
    "DELETE FROM shop.one_text WHERE t = '\\.'; INSERT INTO shop.one_text VALUES ('a')",
    "table shop.one_text",
  ],
  ["a row added", "INSERT INTO shop.no_rows VALUES (1, 'x')", "table shop.no_rows"],
  [
    "two values swapped between rows",
    "UPDATE shop.orders SET total = CASE id WHEN 10 THEN 20 ELSE 10 END WHERE id IN (10, 20)",
    "table shop.orders",
  ],
  [
    "two values swapped within a row",
    `UPDATE shop."select" SET "where" = "user", "user" = "where"`,
    "table shop.select",
  ],
  ["NULL became an empty text", "UPDATE shop.texts SET t = '' WHERE id = 1", "table shop.texts"],
  ["an empty text became NULL", "UPDATE shop.texts SET t = NULL WHERE id = 2", "table shop.texts"],
  ["the text \\N became NULL", "UPDATE shop.texts SET t = NULL WHERE id = 3", "table shop.texts"],
  ["CR LF became LF", "UPDATE shop.texts SET v = E'\\n' WHERE id = 7", "table shop.texts"],
  ["a trailing space lost", "UPDATE shop.texts SET t = ' a' WHERE id = 11", "table shop.texts"],
  ["an accent composed", "UPDATE shop.texts SET t = normalize(t) WHERE id = 13", "table shop.texts"],
  ["negative zero became zero", "UPDATE shop.numbers SET d = 0 WHERE id = 7", "table shop.numbers"],
  ["a number's scale lost", "UPDATE shop.numbers SET n = 1.5 WHERE id = 7", "table shop.numbers"],
  ["the last bit of a double", "UPDATE shop.numbers SET d = 0.3 WHERE id = 9", "table shop.numbers"],
  ["NaN became NULL", "UPDATE shop.numbers SET n = NULL WHERE id = 3", "table shop.numbers"],
  [
    "a microsecond",
    "UPDATE shop.events SET at = at + interval '1 microsecond' WHERE id = 1",
    "table shop.events_old",
  ],
  ["an infinity became a date", "UPDATE shop.times SET d = '5874897-12-31' WHERE id = 2", "table shop.times"],
  [
    "white space in JSON",
    `UPDATE shop.documents SET j = '{"b":1,"a":2,"a":3}' WHERE id = 1`,
    "table shop.documents",
  ],
  [
    "an array's lower bound",
    "UPDATE shop.structures SET ia = '{{1,2},{NULL,4},{5,6}}' WHERE id = 2",
    "table shop.structures",
  ],
  ["an empty range became NULL", "UPDATE shop.structures SET r = NULL WHERE id = 1", "table shop.structures"],
  [
    "a row in the parent instead of the child",
    "WITH gone AS (DELETE FROM ONLY shop.dogs WHERE name = 'rex' RETURNING *) INSERT INTO shop.animals SELECT name, legs FROM gone",
    "table shop.animals",
  ],
  ["a value of the 1,499th column", `UPDATE shop.wide SET "column 1499" = 'y'`, "table shop.wide"],
  ["a sequence behind its rows", "SELECT setval('shop.orders_id_seq', 5)", "sequence shop.orders_id_seq"],
  ["a sequence one short", "SELECT setval('shop.plain', 40)", "sequence shop.plain"],
  ["a sequence that was called", "SELECT setval('shop.untouched', 77, true)", "sequence shop.untouched"],
  [
    "an identity column's sequence at its start",
    "ALTER TABLE shop.always ALTER id RESTART",
    "sequence shop.always_id_seq",
  ],
  ["a large object lost", "SELECT lo_unlink(91004)", "large objects"],
  ["a byte of a large object", "SELECT lo_put(91001, 200000, '\\x00')", "large objects"],
  [
    "two large objects swapped",
    "SELECT lo_put(91003, 0, lo_get(91004)), lo_put(91004, 0, lo_get(91003)) FROM pg_sleep(0)",
    "large objects",
  ],
  ["a large object shortened", "SELECT lo_truncate64(lo_open(91001, 131072), 300000)", "large objects"],
  ["a large object too many", "SELECT lo_create(91009)", "large objects"],
].map(([fault = "", sql = "", names = ""]) => ({ fault, sql: quietly(sql), names }));
