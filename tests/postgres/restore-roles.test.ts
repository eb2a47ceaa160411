import assert from "node:assert/strict";
import type { RoleAttributes, RoleInUse, RoleMembership } from "../../postgres/read-roles.ts";
import { planRoles } from "../../postgres/restore-roles.ts";
import type { RoleTarget } from "../../postgres/role-statements.ts";

const none: RoleAttributes = {
  superuser: false,
  inherit: true,
  createRole: false,
  createDb: false,
  login: false,
  replication: false,
  bypassRls: false,
  connectionLimit: -1,
};
const role = (
  name: string,
  attributes: Partial<RoleAttributes> = {},
  rest: Partial<RoleInUse> = {},
): RoleInUse => ({
  name,
  attributes: { ...none, ...attributes },
  memberOf: [],
  settings: [],
  ...rest,
});
const member = (of: string, rest: Partial<RoleMembership> = {}): RoleMembership => ({
  role: of,
  admin: false,
  inherit: true,
  set: true,
  ...rest,
});

const boss = role("boss", { superuser: true, login: true });
const me = role("me", { createRole: true, createDb: true, login: true });
const asBoss: RoleTarget = { canCreate: true, supabase: false, user: "boss", serverMajor: 15 };
const asMe: RoleTarget = { canCreate: true, supabase: false, user: "me", serverMajor: 15 };
const sql = (statements: readonly { readonly sql: string }[]) => statements.map((statement) => statement.sql);

describe("planRoles", () => {
  it("creates what is absent, with attributes, memberships, settings and comment, as a superuser", () => {
    const needed = [
      role(
        'a "b"',
        {
          login: true,
          inherit: false,
          bypassRls: true,
          connectionLimit: 3,
          validUntil: "2031-01-01T00:00:00.000000Z",
        },
        {
          memberOf: [member("group", { admin: true }), member("pg_monitor")],
          settings: ['search_path="$user", "my, app", public', "my.key=it's", "search_path_like=a, b"],
          comment: "it's; me",
        },
      ),
      role("group"),
    ];
    const plan = planRoles(needed, [boss, role("pg_monitor")], asBoss);
    assert.deepEqual(plan.create, ['a "b"', "group"]);
    assert.deepEqual(sql(plan.statements), [
      `CREATE ROLE "a ""b""" WITH NOINHERIT NOCREATEROLE NOCREATEDB LOGIN BYPASSRLS CONNECTION LIMIT 3 VALID UNTIL '2031-01-01T00:00:00.000000Z';`,
      `ALTER ROLE "a ""b""" SET "search_path" TO '$user', 'my, app', 'public';`,
      `ALTER ROLE "a ""b""" SET "my"."key" TO 'it''s';`,
      `ALTER ROLE "a ""b""" SET "search_path_like" TO 'a, b';`,
      `COMMENT ON ROLE "a ""b""" IS 'it''s; me';`,
      'CREATE ROLE "group" WITH INHERIT NOCREATEROLE NOCREATEDB NOLOGIN;',
      'GRANT "group" TO "a ""b""" WITH ADMIN OPTION;',
      'GRANT "pg_monitor" TO "a ""b""";',
    ]);
    assert.deepEqual(plan.notRestored, [
      { role: 'a "b"', why: "created without a password: set one before it logs in" },
    ]);
    assert.deepEqual(
      [plan.afterwards, [...plan.owners], plan.resolved.get("group")],
      [[], [], { name: "group", owner: "group" }],
    );
  });

  it("writes the options of memberships as version 16 and later know them", () => {
    const needed = [
      role("a", {}, { memberOf: [member("g", { admin: true, inherit: false, set: false })] }),
      role("g"),
    ];
    const plan = planRoles(needed, [boss], { ...asBoss, serverMajor: 17 });
    assert.equal(sql(plan.statements).at(-1), 'GRANT "g" TO "a" WITH ADMIN TRUE, INHERIT FALSE, SET FALSE;');
  });

  it("never alters a role that exists, and says how it differs", () => {
    const plan = planRoles(
      [role("app", { bypassRls: true }, { memberOf: [member("readers")] })],
      [boss, role("app", { login: true }), role("readers")],
      asBoss,
    );
    assert.deepEqual([plan.create, plan.statements], [[], []]);
    assert.deepEqual(plan.notRestored, [
      { role: "app", why: "exists already and is not a member of readers" },
      { role: "app", why: "exists already without NOLOGIN, BYPASSRLS" },
    ]);
    assert.deepEqual(plan.resolved.get("app"), { name: "app", owner: "app" });
  });

  it("makes an existing role a member of a new one", () => {
    const plan = planRoles(
      [role("app", {}, { memberOf: [member("fresh")] }), role("fresh")],
      [boss, role("app")],
      asBoss,
    );
    assert.equal(sql(plan.statements).at(-1), 'GRANT "fresh" TO "app";');
  });

  describe("as an ordinary user", () => {
    it("acts as the roles it creates, for the time of the restore only", () => {
      const plan = planRoles([role("app")], [me], asMe);
      assert.deepEqual(sql(plan.statements).slice(1), ['GRANT "app" TO "me";']);
      assert.deepEqual(sql(plan.afterwards), ['REVOKE "app" FROM "me";']);
      const later = planRoles([role("app")], [me], { ...asMe, serverMajor: 16 });
      assert.deepEqual(sql(later.statements).slice(1), ['GRANT "app" TO "me" WITH INHERIT TRUE, SET TRUE;']);
    });

    it("stays a member of what it was a member of in the backup", () => {
      const plan = planRoles([role("app"), role("me", {}, { memberOf: [member("app")] })], [me], asMe);
      assert.deepEqual(sql(plan.statements).slice(1), ['GRANT "app" TO "me";']);
      assert.deepEqual(plan.afterwards, []);
    });

    it("acts as existing roles where the server lets it take them", () => {
      const existing = [me, role("app")];
      assert.deepEqual(planRoles([role("app")], existing, asMe).resolved.get("app"), {
        name: "app",
        owner: "app",
      });
      assert.deepEqual(planRoles([role("app")], existing, { ...asMe, serverMajor: 16 }).resolved.get("app"), {
        name: "app",
        owner: "me",
      });
      const admin = { ...me, memberOf: [member("app", { admin: true, set: false })] };
      assert.deepEqual(
        planRoles([role("app")], [admin, role("app")], { ...asMe, serverMajor: 16 }).resolved.get("app"),
        { name: "app", owner: "app" },
      );
    });

    it("needs nothing for roles that it is a member of through others", () => {
      const existing = [
        { ...me, memberOf: [member("a")] },
        role("a", {}, { memberOf: [member("b"), member("c", { set: false })] }),
        role("b"),
        role("c"),
      ];
      const plan = planRoles([role("a"), role("b"), role("c")], existing, { ...asMe, serverMajor: 16 });
      assert.deepEqual([plan.statements, [...plan.owners]], [[], [["c", "me"]]]);
    });

    it("stands in for superusers, present or absent", () => {
      const plan = planRoles([boss, role("root", { superuser: true })], [me, boss], asMe);
      assert.deepEqual(plan.mapped, [
        { role: "root", to: "me", why: "a superuser can be made only by a superuser" },
      ]);
      assert.deepEqual(
        [plan.resolved.get("root"), plan.resolved.get("boss")],
        [
          { name: "me", owner: "me" },
          { name: "boss", owner: "me" },
        ],
      );
      assert.deepEqual(
        [...plan.owners],
        [
          ["boss", "me"],
          ["root", "me"],
        ],
      );
    });

    it("leaves out the attributes that it may not give", () => {
      const strong = role("strong", { replication: true, bypassRls: true, createDb: true });
      const plan = planRoles([strong], [me], asMe);
      assert.equal(
        sql(plan.statements)[0],
        'CREATE ROLE "strong" WITH INHERIT NOCREATEROLE CREATEDB NOLOGIN;',
      );
      assert.equal(plan.notRestored.length, 2);
      const able = { ...me, attributes: { ...me.attributes, bypassRls: true } };
      const later = planRoles([strong], [able], { ...asMe, serverMajor: 17 });
      assert.equal(
        sql(later.statements)[0],
        'CREATE ROLE "strong" WITH INHERIT NOCREATEROLE CREATEDB NOLOGIN BYPASSRLS;',
      );
    });

    it("creates nothing without the right to", () => {
      const plan = planRoles([role("app")], [role("me")], { ...asMe, canCreate: false });
      assert.deepEqual([plan.create, plan.statements], [[], []]);
      assert.deepEqual(plan.notRestored, [{ role: "app", why: "me may not create roles on the target" }]);
      assert.deepEqual(plan.resolved.get("app"), { owner: "me" });
    });
  });

  it("leaves Supabase's reserved names to the platform", () => {
    const target = { ...asMe, supabase: true };
    const plan = planRoles([role("supabase_etl_admin"), role("my_app")], [me], target);
    assert.deepEqual(plan.create, ["my_app"]);
    assert.deepEqual(plan.notRestored[0]?.role, "supabase_etl_admin");
    assert.deepEqual(plan.resolved.get("supabase_etl_admin"), { owner: "me" });
    const present = planRoles([role("service_role")], [me, role("service_role")], target);
    assert.deepEqual(present.resolved.get("service_role"), { name: "service_role", owner: "me" });
  });

  it("cannot make predefined roles of other versions, nor members of what is absent", () => {
    const plan = planRoles(
      [role("app", {}, { memberOf: [member("pg_new"), member("lost")] }), role("pg_new")],
      [boss],
      asBoss,
    );
    assert.deepEqual(plan.create, ["app"]);
    assert.deepEqual(
      plan.notRestored.map(({ why }) => why),
      [
        "predefined role of another server version",
        "not made a member of pg_new, which the target does not have",
        "not made a member of lost, which the target does not have",
      ],
    );
  });

  it("maps roles as it is told", () => {
    const plan = planRoles([role("old")], [boss, role("new")], { ...asBoss, map: { old: "new" } });
    assert.deepEqual(
      [plan.create, plan.resolved.get("old"), [...plan.owners]],
      [[], { name: "new", owner: "new" }, [["old", "new"]]],
    );
  });
});
