import type { Mutation } from "./mutation.ts";

export const MUTATIONS_OF_DEFINITIONS: readonly Mutation[] = [
  ["a policy dropped", "DROP POLICY strict ON shop.orders", "policy strict on shop.orders"],
  ["a policy wider", "ALTER POLICY nobody ON shop.serials USING (true)", "policy nobody on shop.serials"],
  ["a policy for others", 'ALTER POLICY strict ON shop.orders TO :"app"', "policy strict on shop.orders"],
  ["row security off", "ALTER TABLE shop.serials DISABLE ROW LEVEL SECURITY", "row security shop.serials"],
  [
    "row security not forced",
    "ALTER TABLE shop.orders NO FORCE ROW LEVEL SECURITY",
    "row security shop.orders",
  ],
  ["a grant on a table missing", 'REVOKE ALL ON shop.orders FROM :"app"', "grant table shop.orders to {app}"],
  ["a grant on a table too many", "GRANT SELECT ON shop.tree TO PUBLIC", "grant table shop.tree to public"],
  [
    "a grant on a column missing",
    'REVOKE UPDATE ("user") ON shop."select" FROM :"reader"',
    'grant column shop."select"."user" to {reader}',
  ],
  [
    "a grant on a function missing",
    'REVOKE EXECUTE ON FUNCTION shop.get_orders FROM :"app"',
    "grant function shop.get_orders(p_stage types.stage, p_limit integer) to {app}",
  ],
  [
    "a function open to all",
    "GRANT EXECUTE ON FUNCTION shop.get_orders TO PUBLIC",
    "grant function shop.get_orders(p_stage types.stage, p_limit integer) to public",
  ],
  ["a grant on a schema missing", 'REVOKE USAGE ON SCHEMA shop FROM :"app"', "grant schema shop to {app}"],
  [
    "a grant on a sequence missing",
    'REVOKE USAGE ON SEQUENCE shop.cached FROM :"app"',
    "grant sequence shop.cached to {app}",
  ],
  [
    "a grant option lost",
    'REVOKE GRANT OPTION FOR SELECT ON shop.orders FROM :"reader" CASCADE',
    "grant table shop.orders to {reader}",
  ],
  [
    "a default privilege missing",
    'ALTER DEFAULT PRIVILEGES FOR ROLE :"owner" IN SCHEMA shop REVOKE SELECT ON TABLES FROM :"reader"',
    "grant future tables of",
  ],
  [
    "a grant on a large object missing",
    'REVOKE SELECT ON LARGE OBJECT 91001 FROM :"app"',
    "large objects owned by {owner}",
  ],
  [
    "the wrong owner of a large object",
    'ALTER LARGE OBJECT 91002 OWNER TO :"owner"',
    "large objects owned by",
  ],
  ["a trigger missing", "DROP TRIGGER touch ON shop.orders", "trigger touch on shop.orders"],
  ["a trigger disabled", "ALTER TABLE shop.one_text DISABLE TRIGGER spoil", "trigger spoil on shop.one_text"],
  [
    "a disabled trigger enabled",
    'ALTER TABLE shop.orders ENABLE TRIGGER "si""lent"',
    'trigger "si""lent" on shop.orders',
  ],
  ["an event trigger missing", 'DROP EVENT TRIGGER :"guard"', "event trigger "],
  ["a rule missing", "DROP RULE log_delete ON shop.always", "rule log_delete on shop.always"],
  [
    "a function's body",
    "CREATE OR REPLACE FUNCTION shop.add(a int, b int DEFAULT 2) RETURNS int LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$ SELECT a - b; $$",
    "function shop.add(a integer, b integer)",
  ],
  [
    "SECURITY DEFINER lost",
    "ALTER FUNCTION shop.get_orders SECURITY INVOKER",
    "function shop.get_orders(p_stage types.stage, p_limit integer)",
  ],
  [
    "a function's search_path",
    "ALTER FUNCTION shop.get_orders RESET search_path",
    "function shop.get_orders(p_stage types.stage, p_limit integer)",
  ],
  ["a function missing", "DROP FUNCTION shop.returning()", 'function shop."returning"()'],
  ["an index missing", "DROP INDEX shop.brin", "index shop.brin"],
  [
    "an index not attached to its parent's",
    "DROP INDEX shop.events_kind; CREATE INDEX events_kind ON ONLY shop.events (kind, at DESC)",
    "index shop.events_",
  ],
  [
    "a check missing",
    "ALTER TABLE shop.rules_of_rows DROP CONSTRAINT positive",
    "constraint positive on shop.rules_of_rows",
  ],
  [
    "a foreign key missing",
    'ALTER TABLE shop.circle_a DROP CONSTRAINT "to; b"',
    'constraint "to; b" on shop.circle_a',
  ],
  [
    "a foreign key not checked",
    'ALTER TABLE shop.circle_a DROP CONSTRAINT "to; b", ADD CONSTRAINT "to; b" FOREIGN KEY (b_id) REFERENCES shop.circle_b (id) MATCH FULL ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED NOT VALID',
    'constraint "to; b" on shop.circle_a',
  ],
  ["an extension missing", "DROP EXTENSION hstore CASCADE", "extension hstore"],
  [
    "an enum's value renamed",
    "ALTER TYPE types.stage RENAME VALUE 'Filling' TO 'filling'",
    "enum types.stage",
  ],
  ["an enum's value missing", "DELETE FROM pg_enum WHERE enumlabel = 'three'", "enum types.spare"],
  ["the wrong owner of a table", 'ALTER TABLE shop.tree OWNER TO :"owner"', "owner table shop.tree"],
  [
    "a column's default",
    "ALTER TABLE shop.orders ALTER stage SET DEFAULT 'NULL'",
    "column shop.orders.stage",
  ],
  [
    "a column that may be empty",
    "ALTER TABLE shop.orders ALTER store DROP NOT NULL",
    "column shop.orders.store",
  ],
  ["a column's type", "ALTER TABLE shop.listed ALTER n TYPE bigint", "column shop.listed.n"],
  [
    "a generated column that is not",
    "ALTER TABLE shop.orders ALTER with_tax DROP EXPRESSION",
    "column shop.orders.with_tax",
  ],
  [
    "an identity column that is not",
    "ALTER TABLE shop.always ALTER id DROP IDENTITY",
    "column shop.always.id",
  ],
  ["a table missing", "DROP TABLE shop.no_columns_no_rows", "table shop.no_columns_no_rows"],
  ["a table too many", "CREATE TABLE shop.extra (id int)", "table shop.extra"],
  ["a partition detached", "ALTER TABLE shop.listed DETACH PARTITION shop.listed_ab", "table shop.listed_ab"],
  ["a table no longer unlogged", "ALTER TABLE shop.unlogged SET LOGGED", "table shop.unlogged"],
  [
    "the replica identity",
    "ALTER TABLE shop.orders REPLICA IDENTITY DEFAULT",
    "replica identity shop.orders",
  ],
  [
    "a view's query",
    "CREATE OR REPLACE VIEW shop.circle_two AS SELECT x + 1 AS x, y FROM shop.circle_one",
    "view shop.circle_two",
  ],
  [
    "a view that bypasses row security",
    "ALTER VIEW shop.open_orders RESET (security_invoker)",
    "view shop.open_orders",
  ],
  [
    "a materialized view not filled",
    "REFRESH MATERIALIZED VIEW shop.a_chain WITH NO DATA",
    "materialized view shop.a_chain",
  ],
  ["a comment lost", "COMMENT ON TABLE shop.orders IS NULL", "comment table shop.orders"],
  [
    "a publication's row filter",
    'ALTER PUBLICATION :"pub" SET TABLE shop.orders (id, stage) WHERE (id > 6), shop.events',
    "published table shop.orders",
  ],
  [
    "a published table missing",
    'ALTER PUBLICATION :"pub" DROP TABLE shop.events',
    "published table shop.events",
  ],
  ["extended statistics missing", "DROP STATISTICS shop.order_stats", "statistics shop.order_stats"],
  ["a user mapping missing", 'DROP USER MAPPING FOR PUBLIC SERVER :"server"', "user mapping public"],
  [
    "a secret setting of the database",
    `ALTER DATABASE :"database" SET app.setting = 'guessed'`,
    "database setting app.setting",
  ],
].map(([fault = "", sql = "", names = ""]) => ({ fault, sql, names }));

/** Roles belong to the whole server: these are taken back. */
export const MUTATIONS_OF_ROLES: readonly Mutation[] = [
  {
    fault: "a role that passes row security",
    sql: 'ALTER ROLE :"reader" BYPASSRLS',
    names: "role {reader}",
    undo: 'ALTER ROLE :"reader" NOBYPASSRLS',
  },
  {
    fault: "a role that cannot log in",
    sql: 'ALTER ROLE :"login" NOLOGIN',
    names: "role {login}",
    undo: 'ALTER ROLE :"login" LOGIN',
  },
  {
    fault: "a membership missing",
    sql: 'REVOKE :"app" FROM :"login"',
    names: "role {login}",
    undo: 'GRANT :"app" TO :"login"',
  },
  {
    fault: "a role's setting",
    sql: 'ALTER ROLE :"login" RESET statement_timeout',
    names: "role {login}",
    undo: `ALTER ROLE :"login" SET statement_timeout = '5s'`,
  },
];
