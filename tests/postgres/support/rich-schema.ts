/**
 * A database with every kind of object that a restore must bring back, hostile names included.
 * @param role gives this database's own name of a role, so that tests on one server do not meet
 * @param icu whether the server was built with ICU
 */
export function richSchema(role: (name: string) => string, icu: boolean): string {
  const own = (name: string) => `"${role(name)}"`;
  const [owner, app, reader, login] = [own("owner"), own("app"), own("reader"), own("login")];
  return `
CREATE ROLE ${owner} NOLOGIN;
CREATE ROLE ${app} NOLOGIN CREATEDB;
CREATE ROLE ${reader} NOLOGIN NOINHERIT BYPASSRLS;
CREATE ROLE ${login} LOGIN CONNECTION LIMIT 5 VALID UNTIL '2031-01-01 00:00:00+00';
GRANT ${app} TO ${login};
GRANT ${reader} TO ${app} WITH ADMIN OPTION;
ALTER ROLE ${login} SET statement_timeout = '5s';
ALTER ROLE ${login} SET my.secret = 'do not show';
COMMENT ON ROLE ${app} IS 'the application';

CREATE SCHEMA app;
CREATE SCHEMA "Weird ""Schema"";--";
CREATE SCHEMA ext;
COMMENT ON SCHEMA app IS 'it''s the app; -- really';
CREATE EXTENSION hstore WITH SCHEMA ext;
CREATE EXTENSION pg_trgm WITH SCHEMA ext;
CREATE EXTENSION citext WITH SCHEMA ext;
CREATE EXTENSION btree_gist WITH SCHEMA ext;

CREATE TYPE app.stage AS ENUM ('Filling', 'Covering', 'Decorating', 'Packing', 'Complete');
ALTER TYPE app.stage ADD VALUE 'It''s "quoted"' BEFORE 'Packing';
CREATE DOMAIN app.positive AS numeric(12,4) DEFAULT 1 NOT NULL CONSTRAINT is_positive CHECK (VALUE > 0);
CREATE DOMAIN app.email AS ext.citext CHECK (VALUE ~ '^[^@]+@[^@]+$'::ext.citext);
CREATE COLLATION app.numeric_order (${icu ? "provider = icu, locale = 'en-u-kn-true', deterministic = false" : "provider = libc, locale = 'C'"});
CREATE TYPE app.address AS (street text COLLATE "C", zip varchar(10), "odd name" int[]);
CREATE TYPE app.float_range AS RANGE (subtype = float8, subtype_diff = float8mi, multirange_type_name = app.float_multi);
CREATE TYPE app.shell;

CREATE FUNCTION app.add(a int, b int DEFAULT 2) RETURNS int LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$ SELECT a + b; $$;
CREATE FUNCTION app.secure(stage text) RETURNS SETOF text LANGUAGE plpgsql SECURITY DEFINER SET search_path = app, pg_temp SET work_mem = '8MB' AS $body$
DECLARE x text := $q$ ; END; $q$;
BEGIN
  -- it's a trap: $$ ; $$ ' "
  RETURN QUERY SELECT 'a;b' || E'\\'; DROP' || x;
END;
$body$;
CREATE FUNCTION app.atomic(n int) RETURNS text LANGUAGE sql BEGIN ATOMIC
  SELECT CASE WHEN n > 0 THEN 'a;b' ELSE (CASE WHEN n = 0 THEN 'zero' END) END;
  SELECT 'end; begin atomic'::text;
END;
CREATE FUNCTION app.begin() RETURNS int LANGUAGE sql RETURN 1;
CREATE FUNCTION app."end; $$"("case" int, OUT "atomic" int) LANGUAGE sql AS 'SELECT "case"';
CREATE PROCEDURE app.proc(INOUT a int) LANGUAGE plpgsql AS 'BEGIN a := a + 1; END';
CREATE FUNCTION app.leaky(text, text) RETURNS bool LANGUAGE plpgsql COST 7 LEAKPROOF AS 'BEGIN RETURN $1 = $2; END';
CREATE AGGREGATE app.my_sum(int) (SFUNC = int4pl, STYPE = int, INITCOND = '0', COMBINEFUNC = int4pl, PARALLEL = SAFE);
CREATE AGGREGATE app.my_moving(int) (SFUNC = int4pl, STYPE = int, MSFUNC = int4pl, MINVFUNC = int4mi, MSTYPE = int, MINITCOND = '0', INITCOND = '0');
CREATE AGGREGATE app.my_percentile(float8 ORDER BY anyelement) (SFUNC = ordered_set_transition, STYPE = internal, FINALFUNC = percentile_disc_final, FINALFUNC_EXTRA);
CREATE OPERATOR app.=== (LEFTARG = text, RIGHTARG = text, FUNCTION = app.leaky, COMMUTATOR = OPERATOR(app.===), RESTRICT = eqsel, JOIN = eqjoinsel, HASHES);
CREATE FUNCTION app.cmp(app.address, app.address) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 0';
CREATE FUNCTION app.lt(app.address, app.address) RETURNS bool LANGUAGE sql IMMUTABLE AS 'SELECT false';
CREATE OPERATOR app.< (LEFTARG = app.address, RIGHTARG = app.address, FUNCTION = app.lt);
CREATE OPERATOR FAMILY app.address_family USING btree;
CREATE OPERATOR CLASS app.address_ops FOR TYPE app.address USING btree FAMILY app.address_family AS OPERATOR 1 app.<, FUNCTION 1 app.cmp(app.address, app.address);
CREATE FUNCTION app.to_text(app.address) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT ($1).street $$;
CREATE CAST (app.address AS text) WITH FUNCTION app.to_text(app.address) AS ASSIGNMENT;
CREATE TEXT SEARCH DICTIONARY app.simple_dict (TEMPLATE = simple, STOPWORDS = english, ACCEPT = false);
CREATE TEXT SEARCH CONFIGURATION app.search (COPY = english);
ALTER TEXT SEARCH CONFIGURATION app.search ALTER MAPPING FOR asciiword, word WITH app.simple_dict, english_stem;

CREATE TYPE app.word;
CREATE FUNCTION app.word_in(cstring) RETURNS app.word LANGUAGE internal IMMUTABLE STRICT AS 'textin';
CREATE FUNCTION app.word_out(app.word) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'textout';
CREATE TYPE app.word (INPUT = app.word_in, OUTPUT = app.word_out, LIKE = text, CATEGORY = 'S', DEFAULT = 'x;''y');
CREATE CAST (app.word AS text) WITHOUT FUNCTION AS IMPLICIT;
CREATE CONVERSION app.latin FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
CREATE TEXT SEARCH PARSER app.parser (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, HEADLINE = prsd_headline, LEXTYPES = prsd_lextype);
CREATE TEXT SEARCH TEMPLATE app.template (INIT = dsimple_init, LEXIZE = dsimple_lexize);
CREATE TEXT SEARCH CONFIGURATION app.own_search (PARSER = app.parser);
CREATE ACCESS METHOD ${own("heap")} TYPE TABLE HANDLER heap_tableam_handler;
CREATE FUNCTION app.handler() RETURNS language_handler LANGUAGE c AS '$libdir/plpgsql', 'plpgsql_call_handler';
CREATE FUNCTION app.validator(oid) RETURNS void LANGUAGE c STRICT AS '$libdir/plpgsql', 'plpgsql_validator';
CREATE TRUSTED LANGUAGE ${own("lang")} HANDLER app.handler VALIDATOR app.validator;
CREATE FUNCTION app.in_own_language() RETURNS int LANGUAGE ${own("lang")} AS 'BEGIN RETURN 1; END';
CREATE FUNCTION app.word_from_sql(internal) RETURNS internal LANGUAGE internal IMMUTABLE STRICT AS 'textsend';
CREATE TRANSFORM FOR app.word LANGUAGE ${own("lang")} (FROM SQL WITH FUNCTION app.word_from_sql(internal));

CREATE SEQUENCE app.ticket AS int START 100 INCREMENT 5 MINVALUE 10 MAXVALUE 5000 CACHE 3 CYCLE;
CREATE TABLE app.stores (id int GENERATED ALWAYS AS IDENTITY (START 7 INCREMENT 3) PRIMARY KEY, name text NOT NULL UNIQUE, main_order bigint, settings jsonb DEFAULT '{"a": ";"}');
CREATE TABLE app.orders (
  id bigserial PRIMARY KEY, store_id int NOT NULL REFERENCES app.stores ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
  "Order ""No"";" text DEFAULT 'x''y; --', stage app.stage DEFAULT 'Filling', amount app.positive, mail app.email,
  ticket int DEFAULT nextval('app.ticket'), tags text[] DEFAULT '{a,"b c"}', during tstzrange, place app.address,
  total numeric GENERATED ALWAYS AS (length(coalesce("Order ""No"";", '')) * 2) STORED, attributes ext.hstore,
  created_at timestamptz DEFAULT '2020-01-01 12:00:00+03', span interval DEFAULT '1 year 2 mons',
  CONSTRAINT sane CHECK (total >= 0), CONSTRAINT no_overlap EXCLUDE USING gist (store_id WITH =, during WITH &&) WHERE (during IS NOT NULL)
) WITH (fillfactor = 80, autovacuum_enabled = false, toast.autovacuum_enabled = false);
ALTER TABLE app.stores ADD CONSTRAINT main_order_fk FOREIGN KEY (main_order) REFERENCES app.orders (id) NOT VALID;
ALTER TABLE app.orders ALTER COLUMN "Order ""No"";" SET STATISTICS 321;
ALTER TABLE app.orders ALTER COLUMN "Order ""No"";" SET STORAGE EXTERNAL;
ALTER TABLE app.orders ALTER COLUMN store_id SET (n_distinct = 5);
ALTER TABLE app.orders ALTER COLUMN mail SET COMPRESSION pglz;
ALTER TABLE app.orders ADD CONSTRAINT not_checked CHECK (id > 0) NOT VALID;
CREATE INDEX orders_created ON app.orders (created_at DESC NULLS LAST, lower(mail::text)) INCLUDE (store_id) WHERE stage <> 'Complete';
CREATE INDEX orders_expr ON app.orders ((app.add(store_id, 1)), (id % 7)) WITH (fillfactor = 70);
ALTER INDEX app.orders_expr ALTER COLUMN 1 SET STATISTICS 200;
CREATE INDEX orders_trgm ON app.orders USING gin ("Order ""No"";" ext.gin_trgm_ops);
CREATE UNIQUE INDEX orders_null ON app.orders (ticket) NULLS NOT DISTINCT WHERE ticket < 0;
CLUSTER app.orders USING orders_pkey;
CREATE UNIQUE INDEX stores_ident ON app.stores (name, id);
ALTER TABLE app.stores REPLICA IDENTITY USING INDEX stores_name_key;
ALTER TABLE app.orders REPLICA IDENTITY FULL;
CREATE STATISTICS app.order_stats (ndistinct, dependencies, mcv) ON store_id, stage FROM app.orders;
CREATE STATISTICS app.expr_stats ON (id % 3), (store_id * 2) FROM app.orders;
ALTER STATISTICS app.order_stats SET STATISTICS 77;

CREATE TABLE app.events (id int, at date NOT NULL, payload text, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE TABLE app.events_2024 PARTITION OF app.events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE app.events_2025 PARTITION OF app.events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01') PARTITION BY LIST (id);
CREATE TABLE app.events_2025_a PARTITION OF app.events_2025 FOR VALUES IN (1, 2, NULL);
CREATE TABLE app.events_rest (payload text, junk int, at date NOT NULL, id int NOT NULL);
ALTER TABLE app.events_rest DROP COLUMN junk;
ALTER TABLE app.events ATTACH PARTITION app.events_rest DEFAULT;
CREATE INDEX events_payload ON app.events (payload);
CREATE INDEX events_only ON ONLY app.events (at);
CREATE TABLE app.hashed (k text) PARTITION BY HASH (k);
CREATE TABLE app.hashed_0 PARTITION OF app.hashed FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE app.event_notes (event_id int, event_at date, note text, FOREIGN KEY (event_id, event_at) REFERENCES app.events (id, at));
CREATE TABLE app.part_ref (id int, store_id int REFERENCES app.stores) PARTITION BY LIST (id);
CREATE TABLE app.part_ref_1 PARTITION OF app.part_ref FOR VALUES IN (1);

CREATE TABLE app.part_keys (id int PRIMARY KEY) PARTITION BY RANGE (id);
CREATE TABLE app.part_keys_1 PARTITION OF app.part_keys FOR VALUES FROM (MINVALUE) TO (100);
ALTER TABLE app.part_keys_1 ADD CONSTRAINT own_check CHECK (id <> 13);
ALTER TABLE app.part_keys_1 ALTER COLUMN id SET DEFAULT 5;
CREATE INDEX own_index ON app.part_keys_1 (id DESC);

CREATE TABLE app.animals (name text NOT NULL, legs int DEFAULT 4 CHECK (legs >= 0));
CREATE TABLE app.dogs (breed text) INHERITS (app.animals);
CREATE TABLE app.birds (wings int, name text NOT NULL, legs int DEFAULT 2, CONSTRAINT animals_legs_check CHECK (legs >= 0));
ALTER TABLE app.birds INHERIT app.animals;
CREATE TABLE app.chimera (extra int, legs int DEFAULT 8) INHERITS (app.dogs, app.birds);
ALTER TABLE app.dogs ALTER COLUMN legs SET DEFAULT 3;

CREATE TABLE app.by_own_method (id int, w app.word) USING ${own("heap")};
CREATE TABLE app.keys (a int, b int, c text, PRIMARY KEY (a) INCLUDE (c), CONSTRAINT late UNIQUE (b) DEFERRABLE INITIALLY DEFERRED, CHECK (a > 0) NO INHERIT);
ALTER TABLE app.keys ADD CONSTRAINT filled UNIQUE (c, a) WITH (fillfactor = 60);
ALTER TABLE app.keys ADD CONSTRAINT to_partition FOREIGN KEY (a) REFERENCES app.part_keys_1 (id);
CREATE UNLOGGED TABLE app.cache (k text PRIMARY KEY, v bytea);
CREATE TABLE app.empty ();
CREATE TABLE app.typed OF app.address (street WITH OPTIONS NOT NULL);
CREATE TABLE app."select" ("from" int, "Mixed Case" text, "ünïcödé ☃" text, "tab	and
newline" int);
CREATE TABLE "Weird ""Schema"";--"."t'; DROP TABLE x; --" ("c'1" int PRIMARY KEY, "$$" text DEFAULT '$$;$$');
CREATE TABLE app.a (id int PRIMARY KEY, b_id int);
CREATE TABLE app.b (id int PRIMARY KEY, a_id int REFERENCES app.a DEFERRABLE);
ALTER TABLE app.a ADD CONSTRAINT a_b_fk FOREIGN KEY (b_id) REFERENCES app.b (id) MATCH FULL ON UPDATE CASCADE ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE app.a ADD CONSTRAINT self_fk FOREIGN KEY (id) REFERENCES app.a (id);

CREATE VIEW app.open_orders WITH (security_barrier, security_invoker) AS SELECT id, stage, 'a;b'::text AS "te;xt" FROM app.orders WHERE stage <> 'Complete' WITH LOCAL CHECK OPTION;
ALTER VIEW app.open_orders ALTER COLUMN stage SET DEFAULT 'Packing';
CREATE VIEW app.by_key AS SELECT o.id, o.mail, o.stage, count(*) FROM app.orders o JOIN app.stores s ON s.id = o.store_id GROUP BY o.id;
CREATE VIEW app.circle_a AS SELECT 1 AS x;
CREATE VIEW app.circle_b AS SELECT x FROM app.circle_a;
CREATE RECURSIVE VIEW app.counting (n) AS VALUES (1) UNION ALL SELECT n + 1 FROM counting WHERE n < 5;
CREATE VIEW app.simple AS SELECT a, b FROM app.keys WITH CASCADED CHECK OPTION;
CREATE RULE "returning" AS ON INSERT TO app.circle_b DO INSTEAD INSERT INTO app.keys (a) VALUES (new.x) RETURNING a;
CREATE MATERIALIZED VIEW app.by_stage AS SELECT stage, count(*) AS n, sum(id) FROM app.orders GROUP BY stage;
CREATE UNIQUE INDEX by_stage_key ON app.by_stage (stage);
CREATE MATERIALIZED VIEW app.key_view AS SELECT o.id, o.stage FROM app.orders o GROUP BY o.id;
CREATE INDEX key_view_idx ON app.key_view (id);
CREATE MATERIALIZED VIEW app.on_matview AS SELECT * FROM app.by_stage;
CREATE MATERIALIZED VIEW app.unfilled AS SELECT 1 AS one WITH NO DATA;
CREATE OR REPLACE VIEW app.circle_a AS SELECT 1 AS x;
CREATE FUNCTION app.uses_view() RETURNS SETOF app.by_key LANGUAGE sql BEGIN ATOMIC SELECT * FROM app.by_key; END;

CREATE RULE log_delete AS ON DELETE TO app.stores WHERE old.id > 100 DO ALSO (INSERT INTO app.animals VALUES ('a;b', 1); DELETE FROM app.cache WHERE k = 'x;');
CREATE RULE no_update AS ON UPDATE TO app.by_key DO INSTEAD NOTHING;
ALTER TABLE app.stores DISABLE RULE log_delete;
CREATE FUNCTION app.touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN new; END $$;
CREATE TRIGGER touch BEFORE INSERT OR UPDATE OF stage, mail ON app.orders FOR EACH ROW WHEN (new.stage IS DISTINCT FROM 'Complete') EXECUTE FUNCTION app.touch('a;b', 'it''s');
CREATE TRIGGER silent AFTER DELETE ON app.orders REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION app.touch();
ALTER TABLE app.orders DISABLE TRIGGER silent;
CREATE CONSTRAINT TRIGGER later AFTER INSERT ON app.a DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.touch();
ALTER TABLE app.a ENABLE ALWAYS TRIGGER later;
CREATE TRIGGER on_events BEFORE INSERT ON app.events FOR EACH ROW EXECUTE FUNCTION app.touch();
ALTER TABLE app.events_2024 DISABLE TRIGGER on_events;
CREATE TRIGGER instead INSTEAD OF INSERT ON app.by_key FOR EACH ROW EXECUTE FUNCTION app.touch();
CREATE FUNCTION app.on_ddl() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN RAISE DEBUG 'ddl; %', tg_tag; END $$;
CREATE EVENT TRIGGER ${own("ddl")} ON ddl_command_end WHEN tag IN ('CREATE TABLE', 'DROP TABLE') EXECUTE FUNCTION app.on_ddl();
ALTER EVENT TRIGGER ${own("ddl")} ENABLE ALWAYS;

ALTER TABLE app.orders ENABLE ROW LEVEL SECURITY;
ALTER TABLE app.orders FORCE ROW LEVEL SECURITY;
ALTER TABLE app.cache ENABLE ROW LEVEL SECURITY;
CREATE POLICY "own; orders" ON app.orders FOR SELECT TO ${app}, ${reader} USING (store_id = (SELECT s.id FROM app.stores s WHERE s.name = CURRENT_USER::text));
CREATE POLICY strict ON app.orders AS RESTRICTIVE FOR UPDATE TO ${login} USING (true) WITH CHECK (stage <> 'Complete');
CREATE POLICY everyone ON app.orders FOR INSERT WITH CHECK (amount > 0);

CREATE FOREIGN DATA WRAPPER ${own("fdw")} OPTIONS (debug 'true');
CREATE SERVER ${own("srv")} TYPE 't' VERSION '1' FOREIGN DATA WRAPPER ${own("fdw")} OPTIONS (host 'h', api_key 'secret; --');
CREATE USER MAPPING FOR ${app} SERVER ${own("srv")} OPTIONS (user 'u', password 'p''w; --');
CREATE USER MAPPING FOR PUBLIC SERVER ${own("srv")};
CREATE FOREIGN TABLE app.remote (id int OPTIONS (column_name 'i;d') NOT NULL, t text) SERVER ${own("srv")} OPTIONS (resource 'a;b');

CREATE PUBLICATION ${own("pub")} FOR TABLE app.orders (id, stage) WHERE (id > 5), app.events WITH (publish = 'insert, delete', publish_via_partition_root = true);
CREATE PUBLICATION ${own("pub all")} FOR ALL TABLES;
CREATE PUBLICATION ${own("pub schema")} FOR TABLES IN SCHEMA "Weird ""Schema"";--";

COMMENT ON TABLE app.orders IS E'orders; it''s "quoted" \\\\ back\\nslash $$ -- not a comment';
COMMENT ON COLUMN app.orders."Order ""No"";" IS 'col;umn';
COMMENT ON FUNCTION app.add(int, int) IS 'adds';
COMMENT ON CONSTRAINT main_order_fk ON app.stores IS 'fk';
COMMENT ON CONSTRAINT sane ON app.orders IS 'check';
COMMENT ON CONSTRAINT is_positive ON DOMAIN app.positive IS 'domain check';
COMMENT ON INDEX app.orders_created IS 'index';
COMMENT ON TRIGGER touch ON app.orders IS 'trigger';
COMMENT ON POLICY strict ON app.orders IS 'policy';
COMMENT ON RULE log_delete ON app.stores IS 'rule';
COMMENT ON TYPE app.stage IS 'stages';
COMMENT ON VIEW app.open_orders IS 'view';
COMMENT ON MATERIALIZED VIEW app.by_stage IS 'matview';
COMMENT ON SEQUENCE app.ticket IS 'sequence';
COMMENT ON STATISTICS app.order_stats IS 'statistics';
COMMENT ON AGGREGATE app.my_sum(int) IS 'aggregate';
COMMENT ON OPERATOR app.=== (text, text) IS 'operator';
COMMENT ON CAST (app.address AS text) IS 'cast';
COMMENT ON EVENT TRIGGER ${own("ddl")} IS 'event trigger';
COMMENT ON PUBLICATION ${own("pub")} IS 'publication';
COMMENT ON SERVER ${own("srv")} IS 'server';

ALTER SCHEMA app OWNER TO ${owner};
ALTER TABLE app.stores OWNER TO ${owner};
ALTER TABLE app.orders OWNER TO ${owner};
ALTER TYPE app.stage OWNER TO ${owner};
ALTER FUNCTION app.secure(text) OWNER TO ${owner};
ALTER VIEW app.open_orders OWNER TO ${owner};
GRANT USAGE ON SCHEMA app TO ${app}, ${reader};
GRANT ALL ON app.orders TO ${app};
GRANT SELECT ON app.orders TO ${reader} WITH GRANT OPTION;
GRANT SELECT (id, name), UPDATE (name) ON app.stores TO ${reader};
SET SESSION AUTHORIZATION ${reader};
GRANT SELECT ON app.orders TO ${login};
RESET SESSION AUTHORIZATION;
GRANT ALL ON SEQUENCE app.orders_id_seq TO ${app};
GRANT USAGE ON SEQUENCE app.ticket TO ${login};
REVOKE ALL ON FUNCTION app.secure(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.secure(text) TO ${app};
REVOKE USAGE ON TYPE app.stage FROM PUBLIC;
GRANT USAGE ON TYPE app.stage TO ${app};
REVOKE INSERT ON app.stores FROM ${owner};
REVOKE ALL ON app.cache FROM CURRENT_USER;
GRANT USAGE ON FOREIGN SERVER ${own("srv")} TO ${app};
GRANT EXECUTE ON FUNCTION ext.show_trgm(text) TO ${reader};
REVOKE EXECUTE ON FUNCTION ext.similarity(text, text) FROM PUBLIC;
ALTER DEFAULT PRIVILEGES FOR ROLE ${owner} IN SCHEMA app GRANT SELECT ON TABLES TO ${reader};
ALTER DEFAULT PRIVILEGES FOR ROLE ${owner} REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
ALTER DEFAULT PRIVILEGES IN SCHEMA app GRANT USAGE ON SEQUENCES TO ${app} WITH GRANT OPTION;

INSERT INTO app.stores (name) SELECT 'store ' || g FROM generate_series(1, 5) g;
INSERT INTO app.orders (store_id, amount) SELECT 7, g FROM generate_series(1, 50) g;
INSERT INTO app.events SELECT g, date '2024-06-01' + g, 'p' FROM generate_series(1, 20) g;
INSERT INTO app.event_notes SELECT 1, date '2024-06-02', 'n';
REFRESH MATERIALIZED VIEW app.by_stage;
REFRESH MATERIALIZED VIEW app.on_matview;
REFRESH MATERIALIZED VIEW app.key_view;
SELECT lo_from_bytea(91001, '\\x00ff01'), lo_from_bytea(91002, 'plain');
ALTER LARGE OBJECT 91001 OWNER TO ${owner};
GRANT SELECT ON LARGE OBJECT 91001 TO ${app};
COMMENT ON LARGE OBJECT 91002 IS 'a large; object';
`;
}
