import assert from "node:assert/strict";
import { type FilterTarget, filterStatements } from "../../postgres/filter-statements.ts";
import type { ResolvedRole } from "../../postgres/restore-roles.ts";

const roles = new Map<string, ResolvedRole>([
  ["me", { name: "me", owner: "me" }],
  ["app", { name: "app", owner: "app" }],
  ["platform", { name: "platform", owner: "me" }],
  ["boss", { name: "me", owner: "me" }],
  ["gone", { owner: "me" }],
  ['we"ird; --', { name: 'we"ird; --', owner: 'we"ird; --' }],
]);
const ordinary: FilterTarget = { supabase: false, superuser: false, serverMajor: 15, roles };
const superuser: FilterTarget = { ...ordinary, superuser: true };
const supabase: FilterTarget = { ...ordinary, supabase: true };

const kept = (sql: string, target = ordinary) =>
  filterStatements([sql], target).statements.map((statement) => statement.sql);
const dropped = (sql: string, target = ordinary) =>
  filterStatements([sql], target).dropped.map(({ statement, role }) => [statement, role]);
const isKept = (sql: string, target = ordinary) =>
  assert.deepEqual([kept(sql, target), dropped(sql, target)], [[sql], []]);
const isSilent = (sql: string, target = ordinary) =>
  assert.deepEqual([kept(sql, target), dropped(sql, target)], [[], []]);

describe("filterStatements", () => {
  describe("with roles that the target has", () => {
    for (const sql of [
      "ALTER TABLE public.t OWNER TO app;",
      'ALTER FUNCTION public.f(text) OWNER TO "we""ird; --";',
      "GRANT SELECT ON TABLE public.t TO app;",
      'GRANT SELECT(a) ON TABLE public."TO gone" TO platform WITH GRANT OPTION;',
      "REVOKE ALL ON FUNCTION public.f(text) FROM PUBLIC;",
      "ALTER DEFAULT PRIVILEGES FOR ROLE app IN SCHEMA public GRANT SELECT ON TABLES TO platform;",
      "CREATE POLICY p ON public.t FOR SELECT TO app, platform USING ((owner = 'gone'::text));",
      "CREATE POLICY p ON public.t USING (true);",
      "CREATE USER MAPPING FOR PUBLIC SERVER s;",
      "CREATE TABLE public.t (a text DEFAULT 'x OWNER TO gone;');",
      "COMMENT ON TABLE public.t IS 'GRANT ALL TO gone';",
    ]) {
      it(`keeps ${sql}`, () => isKept(sql));
    }
  });

  describe("with a role that the target cannot have", () => {
    const lost: Record<string, string> = {
      'GRANT SELECT ON TABLE public.t TO "gone";': 'GRANT SELECT ON TABLE public.t TO "gone"',
      "GRANT USAGE ON SCHEMA s TO unheard_of;": "GRANT USAGE ON SCHEMA s TO unheard_of",
      "ALTER DEFAULT PRIVILEGES FOR ROLE gone GRANT SELECT ON TABLES TO app;":
        "ALTER DEFAULT PRIVILEGES FOR ROLE gone GRANT SELECT ON TABLES TO app",
      "ALTER DEFAULT PRIVILEGES FOR ROLE app GRANT SELECT ON TABLES TO gone;":
        "ALTER DEFAULT PRIVILEGES FOR ROLE app GRANT SELECT ON TABLES TO gone",
      "CREATE POLICY p ON public.t TO gone USING (true);": "CREATE POLICY p ON public.t TO gone USING (true)",
      "CREATE USER MAPPING FOR gone SERVER s OPTIONS (\n    password 'secret'\n);":
        "CREATE USER MAPPING FOR gone SERVER s OPTIONS (…)",
      "ALTER TABLE public.t OWNER TO gone;": 'ALTER … OWNER TO "gone" (1 object)',
    };
    for (const [sql, summary] of Object.entries(lost)) {
      it(`reports ${sql.replaceAll(/\s+/g, " ")}`, () => {
        assert.deepEqual(kept(sql), []);
        assert.deepEqual(dropped(sql), [[summary, /unheard_of/.test(sql) ? "unheard_of" : "gone"]]);
      });
    }

    it("says nothing about privileges taken from it", () =>
      isSilent("REVOKE ALL ON TABLE public.t FROM gone;"));
    it("keeps a policy for its other roles", () => {
      assert.deepEqual(
        kept(
          "CREATE POLICY p ON public.t AS RESTRICTIVE FOR UPDATE TO app, gone, platform USING (true) WITH CHECK (true);",
        ),
        [
          'CREATE POLICY p ON public.t AS RESTRICTIVE FOR UPDATE TO "app", "platform" USING (true) WITH CHECK (true);',
        ],
      );
    });
    it("tells lost owners once for each role", () => {
      const result = filterStatements(
        ["ALTER TABLE a OWNER TO gone;", "ALTER TABLE b OWNER TO platform;", "ALTER VIEW c OWNER TO gone;"],
        ordinary,
      );
      assert.deepEqual(
        result.dropped.map(({ statement }) => statement),
        ['ALTER … OWNER TO "gone" (2 objects)', 'ALTER … OWNER TO "platform" (1 object)'],
      );
    });
  });

  it("gives ownership only to roles that the restoring user may act as, grants to all", () => {
    assert.deepEqual(kept("ALTER TABLE public.t OWNER TO platform;"), []);
    assert.deepEqual(kept("ALTER DEFAULT PRIVILEGES FOR ROLE platform GRANT SELECT ON TABLES TO app;"), []);
    isKept("GRANT SELECT ON TABLE public.t TO platform;");
  });

  it("puts a mapped role in the place of another", () => {
    assert.deepEqual(kept("ALTER TABLE public.boss OWNER TO boss;"), [
      'ALTER TABLE public.boss OWNER TO "me";',
    ]);
    assert.deepEqual(kept("ALTER DEFAULT PRIVILEGES FOR ROLE boss GRANT SELECT ON TABLES TO boss;"), [
      'ALTER DEFAULT PRIVILEGES FOR ROLE "me" GRANT SELECT ON TABLES TO "me";',
    ]);
    assert.deepEqual(kept("CREATE POLICY boss ON public.boss TO boss, app USING (true);"), [
      'CREATE POLICY boss ON public.boss TO "me", app USING (true);',
    ]);
  });

  describe("between SET and RESET SESSION AUTHORIZATION", () => {
    const grantedBy = (role: string) => [
      `SET SESSION AUTHORIZATION ${role};`,
      "GRANT SELECT ON TABLE public.t TO app;",
      "RESET SESSION AUTHORIZATION;",
    ];

    it("keeps the grantor for a superuser", () => {
      assert.deepEqual(
        filterStatements(grantedBy("app"), superuser).statements.map(({ sql }) => sql),
        [
          'SET SESSION AUTHORIZATION "app";',
          "GRANT SELECT ON TABLE public.t TO app;",
          "RESET SESSION AUTHORIZATION;",
        ],
      );
    });
    it("acts as the grantor where it may", () => {
      assert.deepEqual(
        filterStatements(grantedBy("app"), ordinary).statements.map(({ sql }) => sql),
        ['SET ROLE "app";', "GRANT SELECT ON TABLE public.t TO app;", "RESET ROLE;"],
      );
    });
    it("grants as the owner where it may not, and says so", () => {
      const result = filterStatements(grantedBy("gone"), ordinary);
      assert.deepEqual(
        result.statements.map(({ sql }) => sql),
        ["GRANT SELECT ON TABLE public.t TO app;", "RESET ROLE;"],
      );
      assert.deepEqual(
        result.dropped.map(({ role }) => role),
        ["gone"],
      );
    });
  });

  describe("on a Supabase project", () => {
    for (const sql of [
      "CREATE EVENT TRIGGER pgrst_ddl_watch ON ddl_command_end\n   EXECUTE FUNCTION extensions.pgrst_ddl_watch();",
      'ALTER EVENT TRIGGER "pgrst_drop_watch" OWNER TO supabase_admin;',
      "CREATE PUBLICATION supabase_realtime WITH (publish = 'insert, update, delete, truncate');",
      'ALTER PUBLICATION "supabase_realtime" OWNER TO postgres;',
      "CREATE PUBLICATION supabase_realtime_messages_publication WITH (publish = 'insert');",
      "COMMENT ON EXTENSION pgcrypto IS 'cryptographic functions';",
    ]) {
      it(`leaves to the platform: ${sql.replaceAll(/\s+/g, " ")}`, () => isSilent(sql, supabase));
    }
    it("keeps the tables that are published", () =>
      isKept("ALTER PUBLICATION supabase_realtime ADD TABLE ONLY public.orders;", supabase));
    it("reports a publication that was for all tables", () => {
      assert.equal(
        filterStatements(
          ["CREATE PUBLICATION supabase_realtime FOR ALL TABLES WITH (publish = 'insert');"],
          supabase,
        ).dropped.length,
        1,
      );
    });
    it("makes a schema only when it is absent", () => {
      assert.deepEqual(kept('CREATE SCHEMA "my app";', supabase), ['CREATE SCHEMA IF NOT EXISTS "my app";']);
      isKept('CREATE SCHEMA "my app";');
    });
    it("lets the server decide about an application's event trigger", () => {
      const [statement] = filterStatements(
        ["CREATE EVENT TRIGGER mine ON sql_drop EXECUTE FUNCTION public.f();"],
        supabase,
      ).statements;
      assert.match(statement?.mayFail ?? "", /superuser/);
    });
  });

  describe("whatever the target", () => {
    it("leaves out settings of newer versions", () => {
      isSilent("SET transaction_timeout = 0;", superuser);
      isKept("SET transaction_timeout = 0;", { ...superuser, serverMajor: 17 });
      isKept("SET statement_timeout = 0;", superuser);
    });
    it("leaves out the schema public", () => isSilent("CREATE SCHEMA public;", superuser));
    it("never subscribes to the original's publishers", () => {
      const result = filterStatements(
        ["CREATE SUBSCRIPTION s CONNECTION 'host=h password=pw' PUBLICATION p WITH (connect = false);"],
        superuser,
      );
      assert.deepEqual(
        [result.statements, result.dropped[0]?.statement],
        [[], "CREATE SUBSCRIPTION s CONNECTION …"],
      );
    });
    for (const sql of [
      "CREATE EVENT TRIGGER mine ON sql_drop EXECUTE FUNCTION public.f();",
      "CREATE FOREIGN DATA WRAPPER w;",
      "CREATE PUBLICATION p FOR ALL TABLES WITH (publish = 'insert');",
      "ALTER PUBLICATION p ADD TABLES IN SCHEMA app;",
      "CREATE FUNCTION public.f() RETURNS int\n    LANGUAGE c\n    AS '$libdir/x', 'f';",
      "CREATE FUNCTION public.f(text) RETURNS boolean\n    LANGUAGE plpgsql LEAKPROOF\n    AS $$x$$;",
      "CREATE TYPE public.shell;",
      "CREATE TYPE public.base (\n    INTERNALLENGTH = 4,\n    INPUT = public.base_in\n);",
      "CREATE OPERATOR CLASS public.c\n    FOR TYPE int USING btree AS OPERATOR 1 <;",
    ]) {
      it(`marks what needs a superuser: ${sql.replaceAll(/\s+/g, " ")}`, () => {
        assert.match(filterStatements([sql], ordinary).statements[0]?.mayFail ?? "", /superuser/);
        assert.equal(filterStatements([sql], superuser).statements[0]?.mayFail, undefined);
      });
    }
    for (const sql of [
      "CREATE FUNCTION public.f() RETURNS text\n    LANGUAGE sql\n    AS $$ SELECT ' LANGUAGE c LEAKPROOF ' $$;",
      "CREATE TYPE public.stage AS ENUM (\n    'INPUT'\n);",
      "CREATE TYPE public.r AS RANGE (\n    subtype = double precision\n);",
      "CREATE PUBLICATION p WITH (publish = 'insert');",
    ]) {
      it(`does not mark ${sql.replaceAll(/\s+/g, " ")}`, () =>
        assert.equal(filterStatements([sql], ordinary).statements[0]?.mayFail, undefined));
    }
  });
});
