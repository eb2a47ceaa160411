/** What is done to the database, and the differences that it must show, no more and no less. */
export type Mutation = readonly [
  sql: string | ((role: (name: string) => string) => string),
  ...differences: string[],
];

/** Each way in which a restored catalog may be wrong; `ROLE x` stands for the database's own name of a role. */
export const MUTATIONS: Readonly<Record<string, Mutation>> = {
  "a policy dropped": [
    "DROP POLICY strict ON app.orders",
    "missing comment policy strict on app.orders",
    "missing policy strict on app.orders",
  ],
  "a policy's expression": [
    "ALTER POLICY everyone ON app.orders WITH CHECK (amount > 1)",
    "different policy everyone on app.orders",
  ],
  "a policy's roles": [
    (r) => `ALTER POLICY strict ON app.orders TO "${r("app")}"`,
    "different policy strict on app.orders",
  ],
  "a policy added": ["CREATE POLICY hole ON app.orders USING (true)", "extra policy hole on app.orders"],
  "row security off": ["ALTER TABLE app.cache DISABLE ROW LEVEL SECURITY", "missing row security app.cache"],
  "row security no longer forced": [
    "ALTER TABLE app.orders NO FORCE ROW LEVEL SECURITY",
    "different row security app.orders",
  ],
  "a grant on a table": [
    (r) => `REVOKE UPDATE ON app.orders FROM "${r("app")}"`,
    "different grant table app.orders to ROLE app",
  ],
  "a grant on a table, whole": [
    (r) => `REVOKE ALL ON app.orders FROM "${r("app")}"`,
    "missing grant table app.orders to ROLE app",
  ],
  "a grant too many": ["GRANT SELECT ON app.animals TO PUBLIC", "extra grant table app.animals to public"],
  "a grant option lost": [
    (r) => `REVOKE GRANT OPTION FOR SELECT ON app.orders FROM "${r("reader")}" CASCADE`,
    "different grant table app.orders to ROLE reader",
    "missing grant table app.orders to ROLE login",
  ],
  "a grant on a column": [
    (r) => `REVOKE UPDATE (name) ON app.stores FROM "${r("reader")}"`,
    "different grant column app.stores.name to ROLE reader",
  ],
  "a grant on a function": [
    (r) => `REVOKE EXECUTE ON FUNCTION app.secure(text) FROM "${r("app")}"`,
    "missing grant function app.secure(stage text) to ROLE app",
  ],
  "a function open to all": [
    "GRANT EXECUTE ON FUNCTION app.secure(text) TO PUBLIC",
    "extra grant function app.secure(stage text) to public",
  ],
  "a grant on a schema": [
    (r) => `REVOKE USAGE ON SCHEMA app FROM "${r("app")}"`,
    "missing grant schema app to ROLE app",
  ],
  "a grant on a sequence": [
    (r) => `REVOKE USAGE ON SEQUENCE app.ticket FROM "${r("login")}"`,
    "missing grant sequence app.ticket to ROLE login",
  ],
  "a grant on a type": ["GRANT USAGE ON TYPE app.stage TO PUBLIC", "extra grant type app.stage to public"],
  "a grant on an extension's function": [
    "GRANT EXECUTE ON FUNCTION ext.similarity(text, text) TO PUBLIC",
    "missing grant function ext.similarity(text, text) to its owner",
  ],
  "a default privilege": [
    (r) =>
      `ALTER DEFAULT PRIVILEGES FOR ROLE "${r("owner")}" IN SCHEMA app REVOKE SELECT ON TABLES FROM "${r("reader")}"`,
    'missing grant future tables of "ROLE owner" in schema app to ROLE reader',
  ],
  "a default privilege of everyone": [
    (r) => `ALTER DEFAULT PRIVILEGES FOR ROLE "${r("owner")}" GRANT EXECUTE ON FUNCTIONS TO PUBLIC`,
    'missing grant future functions of "ROLE owner" to its owner',
  ],
  "a trigger dropped": [
    "DROP TRIGGER on_events ON app.events",
    "missing trigger on_events on app.events",
    "missing trigger on_events on app.events_2024",
  ],
  "a trigger disabled": [
    "ALTER TABLE app.orders DISABLE TRIGGER touch",
    "different trigger touch on app.orders",
  ],
  "a trigger enabled": [
    "ALTER TABLE app.orders ENABLE TRIGGER silent",
    "different trigger silent on app.orders",
  ],
  "a partition's trigger enabled": [
    "ALTER TABLE app.events_2024 ENABLE TRIGGER on_events",
    "missing trigger on_events on app.events_2024",
  ],
  "a constraint trigger no longer always": [
    "ALTER TABLE app.a ENABLE TRIGGER later",
    "different trigger later on app.a",
  ],
  "an event trigger disabled": [
    (r) => `ALTER EVENT TRIGGER "${r("ddl")}" DISABLE`,
    'different event trigger "ROLE ddl"',
  ],
  "a rule dropped": ["DROP RULE no_update ON app.by_key", "missing rule no_update on app.by_key"],
  "a rule enabled": [
    "ALTER TABLE app.stores ENABLE RULE log_delete",
    "different rule log_delete on app.stores",
  ],
  "a function's body": [
    "CREATE OR REPLACE FUNCTION app.add(a int, b int DEFAULT 2) RETURNS int LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$ SELECT a + b + 0; $$",
    "different function app.add(a integer, b integer)",
  ],
  "SECURITY DEFINER lost": [
    "ALTER FUNCTION app.secure(text) SECURITY INVOKER",
    "different function app.secure(stage text)",
  ],
  "a function's search_path lost": [
    "ALTER FUNCTION app.secure(text) RESET search_path",
    "different function app.secure(stage text)",
  ],
  "a function's volatility": [
    "ALTER FUNCTION app.add(int, int) VOLATILE",
    "different function app.add(a integer, b integer)",
  ],
  "a procedure dropped": [
    "DROP PROCEDURE app.proc(int)",
    "missing grant function app.proc(INOUT a integer) to its owner",
    "missing grant function app.proc(INOUT a integer) to public",
    "missing owner function app.proc(INOUT a integer)",
    "missing procedure app.proc(INOUT a integer)",
  ],
  "an index dropped": ["DROP INDEX app.orders_trgm", "missing index app.orders_trgm"],
  "an index invalid": [
    "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'app.orders_trgm'::regclass",
    "missing index app.orders_trgm",
  ],
  "an index's option": [
    "ALTER INDEX app.orders_expr SET (fillfactor = 71)",
    "different index app.orders_expr",
  ],
  "an index's statistics": [
    "ALTER INDEX app.orders_expr ALTER COLUMN 1 SET STATISTICS 201",
    "different index app.orders_expr",
  ],
  "a constraint dropped": [
    "ALTER TABLE app.orders DROP CONSTRAINT sane",
    "missing comment table constraint sane on app.orders",
    "missing constraint sane on app.orders",
  ],
  "a foreign key dropped": ["ALTER TABLE app.a DROP CONSTRAINT a_b_fk", "missing constraint a_b_fk on app.a"],
  "a foreign key not valid": [
    "ALTER TABLE app.b DROP CONSTRAINT b_a_id_fkey; ALTER TABLE app.b ADD CONSTRAINT b_a_id_fkey FOREIGN KEY (a_id) REFERENCES app.a DEFERRABLE NOT VALID",
    "different constraint b_a_id_fkey on app.b",
  ],
  "a foreign key validated": [
    "ALTER TABLE app.stores VALIDATE CONSTRAINT main_order_fk",
    "different constraint main_order_fk on app.stores",
  ],
  "a foreign key no longer deferred": [
    "ALTER TABLE app.a ALTER CONSTRAINT a_b_fk DEFERRABLE INITIALLY IMMEDIATE",
    "different constraint a_b_fk on app.a",
  ],
  "a unique constraint dropped": [
    "ALTER TABLE app.orders DROP CONSTRAINT no_overlap",
    "missing constraint no_overlap on app.orders",
  ],
  "a domain's constraint dropped": [
    "ALTER DOMAIN app.positive DROP CONSTRAINT is_positive",
    "missing comment domain constraint is_positive on app.positive",
    "missing constraint is_positive on domain app.positive",
  ],
  "a domain's default": ["ALTER DOMAIN app.positive DROP DEFAULT", "different domain app.positive"],
  "an extension dropped": [
    "DROP EXTENSION btree_gist CASCADE",
    "missing constraint no_overlap on app.orders",
    "missing extension btree_gist",
    "missing extension version btree_gist",
  ],
  "an enum value added": ["ALTER TYPE app.stage ADD VALUE 'Lost'", "different enum app.stage"],
  "an enum value renamed": [
    "ALTER TYPE app.stage RENAME VALUE 'Covering' TO 'covering'",
    "different enum app.stage",
  ],
  "a composite type's attribute": [
    "ALTER TYPE app.address RENAME ATTRIBUTE zip TO postcode CASCADE",
    "different composite type app.address",
    "different table app.typed",
    "extra column app.typed.postcode",
    "missing column app.typed.zip",
  ],
  "the wrong owner of a table": [
    "ALTER TABLE app.animals OWNER TO pg_monitor",
    "different owner table app.animals",
  ],
  "the wrong owner of a function": [
    (r) => `ALTER FUNCTION app.add(int, int) OWNER TO "${r("owner")}"`,
    "different owner function app.add(a integer, b integer)",
  ],
  "the wrong owner of a type": [
    (r) => `ALTER TYPE app.float_range OWNER TO "${r("owner")}"`,
    "different owner type app.float_range",
  ],
  "a column's default": [
    "ALTER TABLE app.orders ALTER COLUMN tags SET DEFAULT '{}'",
    "different column app.orders.tags",
  ],
  "a column's default dropped": [
    "ALTER TABLE app.orders ALTER COLUMN tags DROP DEFAULT",
    "different column app.orders.tags",
  ],
  "a column NOT NULL": [
    "ALTER TABLE app.animals ALTER COLUMN legs SET NOT NULL",
    "different column app.animals.legs",
    "different column app.birds.legs",
    "different column app.chimera.legs",
    "different column app.dogs.legs",
  ],
  "a column's type": [
    'ALTER TABLE app."select" ALTER COLUMN "from" TYPE bigint',
    'different column app."select"."from"',
  ],
  "a column's collation": [
    'ALTER TABLE app."select" ALTER COLUMN "Mixed Case" TYPE text COLLATE "C"',
    'different column app."select"."Mixed Case"',
  ],
  "an identity column": [
    "ALTER TABLE app.stores ALTER COLUMN id SET GENERATED BY DEFAULT",
    "different column app.stores.id",
  ],
  "a generated column no longer so": [
    "ALTER TABLE app.orders ALTER COLUMN total DROP EXPRESSION",
    "different column app.orders.total",
  ],
  "a column's storage": [
    "ALTER TABLE app.orders ALTER COLUMN tags SET STORAGE MAIN",
    "different column app.orders.tags",
  ],
  "a column's statistics target": [
    'ALTER TABLE app.orders ALTER COLUMN "Order ""No"";" SET STATISTICS 322',
    'different column app.orders."Order ""No"";"',
  ],
  "a column's compression": [
    "ALTER TABLE app.orders ALTER COLUMN mail SET COMPRESSION default",
    "different column app.orders.mail",
  ],
  "a column added": [
    "ALTER TABLE app.empty ADD x int",
    "different table app.empty",
    "extra column app.empty.x",
  ],
  "a table's option": ["ALTER TABLE app.orders SET (fillfactor = 81)", "different table app.orders"],
  "a table no longer unlogged": ["ALTER TABLE app.cache SET LOGGED", "different table app.cache"],
  "an inheritance ended": ["ALTER TABLE app.birds NO INHERIT app.animals", "different table app.birds"],
  "a partition's bound": [
    "ALTER TABLE app.hashed DETACH PARTITION app.hashed_0; ALTER TABLE app.hashed ATTACH PARTITION app.hashed_0 FOR VALUES WITH (MODULUS 2, REMAINDER 1)",
    "different table app.hashed_0",
  ],
  "a view's query": ["CREATE OR REPLACE VIEW app.circle_a AS SELECT 2 AS x", "different view app.circle_a"],
  "a view's security_invoker": [
    "ALTER VIEW app.open_orders RESET (security_invoker)",
    "different view app.open_orders",
  ],
  "a materialized view not populated": [
    "REFRESH MATERIALIZED VIEW app.by_stage WITH NO DATA",
    "different materialized view app.by_stage",
  ],
  "a publication's operations": [
    (r) => `ALTER PUBLICATION "${r("pub")}" SET (publish = 'insert')`,
    'different publication "ROLE pub"',
  ],
  "a published table": [
    (r) => `ALTER PUBLICATION "${r("pub")}" DROP TABLE app.events`,
    'missing published table app.events in "ROLE pub"',
  ],
  "a published row filter": [
    (r) => `ALTER PUBLICATION "${r("pub")}" SET TABLE app.events, app.orders (id, stage) WHERE (id > 6)`,
    'different published table app.orders in "ROLE pub"',
  ],
  "a comment lost": ["COMMENT ON TABLE app.orders IS NULL", "missing comment table app.orders"],
  "a column's comment": [
    `COMMENT ON COLUMN app.orders."Order ""No"";" IS 'other'`,
    'different comment table column app.orders."Order ""No"";"',
  ],
  "a schema's comment": ["COMMENT ON SCHEMA app IS NULL", "missing comment schema app"],
  "a type's comment": ["COMMENT ON TYPE app.stage IS NULL", "missing comment type app.stage"],
  "a sequence's owner column": [
    "ALTER SEQUENCE app.orders_id_seq OWNED BY NONE",
    "different sequence app.orders_id_seq",
  ],
  "a sequence's increment": ["ALTER SEQUENCE app.ticket INCREMENT 6", "different sequence app.ticket"],
  "the replica identity": [
    "ALTER TABLE app.orders REPLICA IDENTITY DEFAULT",
    "missing replica identity app.orders",
  ],
  "the replica identity's index": [
    "ALTER TABLE app.stores REPLICA IDENTITY USING INDEX stores_pkey",
    "different replica identity app.stores",
  ],
  "extended statistics": [
    "ALTER STATISTICS app.order_stats SET STATISTICS 78",
    "different statistics app.order_stats",
  ],
  "a cast dropped": [
    "DROP CAST (app.address AS text)",
    "missing cast app.address as text",
    "missing comment cast (app.address AS pg_catalog.text)",
  ],
  "a text search mapping": [
    "ALTER TEXT SEARCH CONFIGURATION app.search DROP MAPPING FOR word",
    "different text search configuration app.search",
  ],
  "a text search dictionary": [
    "ALTER TEXT SEARCH DICTIONARY app.simple_dict (accept = true)",
    "different text search dictionary app.simple_dict",
  ],
  "an operator's estimator": [
    "ALTER OPERATOR app.=== (text, text) SET (RESTRICT = NONE)",
    "different operator app.===(text,text)",
  ],
  "a foreign server's option": [
    (r) => `ALTER SERVER "${r("srv")}" OPTIONS (SET host 'other')`,
    'different server "ROLE srv"',
  ],
  "a foreign table's option": [
    "ALTER FOREIGN TABLE app.remote OPTIONS (SET resource 'b')",
    "different table app.remote",
  ],
  "a large object's owner": [
    (r) => `ALTER LARGE OBJECT 91002 OWNER TO "${r("owner")}"`,
    "extra large objects owned by ROLE owner",
    "missing large objects owned by supabase_admin",
  ],
  "a large object gone": [
    "SELECT lo_unlink(91002)",
    "missing comment large object 91002",
    "missing large objects owned by supabase_admin",
  ],
  "a role's attribute": [(r) => `ALTER ROLE "${r("reader")}" NOBYPASSRLS`, "different role ROLE reader"],
  "a role's membership": [(r) => `REVOKE "${r("app")}" FROM "${r("login")}"`, "different role ROLE login"],
  "a role's setting": [
    (r) => `ALTER ROLE "${r("login")}" SET statement_timeout = '6s'`,
    "different role ROLE login",
  ],
  "a setting of the database": [
    "ALTER DATABASE CURRENT SET work_mem = '5MB'",
    "extra database setting work_mem",
  ],
  "a privilege of the database": [
    "REVOKE CONNECT ON DATABASE CURRENT FROM PUBLIC",
    "different database grant to public",
  ],
};
