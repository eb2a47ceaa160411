import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import type { PostgresServer } from "../../../sandbox/servers/postgres-server.ts";
import type { Manifest } from "../../../vault/manifest.ts";
import { createDatabase, query } from "../../support/databases.ts";
import { createJobBench, failures, type JobBench } from "../../support/jobs.ts";
import { runClient } from "../../support/psql.ts";
import { createPostgres } from "../../support/servers.ts";

const prefix = `r${randomBytes(4).toString("hex")}`;
const role = (name: string) => `${prefix} ${name}`;

const SOURCE = `
  CREATE ROLE "${role("owner")}";
  CREATE ROLE "${role("app")}" LOGIN CONNECTION LIMIT 7 VALID UNTIL '2031-01-01';
  CREATE ROLE "${role("service")}" BYPASSRLS NOINHERIT;
  GRANT "${role("service")}" TO "${role("app")}" WITH ADMIN OPTION;
  ALTER ROLE "${role("app")}" SET search_path = "$user", 'A b';
  COMMENT ON ROLE "${role("app")}" IS 'it''s the app';
  CREATE TABLE public.mine (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, t text);
  INSERT INTO public.mine (t) SELECT 'x' FROM generate_series(1, 10);
  CREATE TABLE public.theirs (id int PRIMARY KEY REFERENCES public.mine, t text);
  INSERT INTO public.theirs SELECT id, t FROM public.mine;
  CREATE TABLE public.admins (id serial);
  GRANT REFERENCES, SELECT ON public.mine TO "${role("owner")}";
  ALTER TABLE public.theirs OWNER TO "${role("owner")}";
  ALTER TABLE public.mine OWNER TO "${role("owner")}";
  ALTER TABLE public.theirs ENABLE ROW LEVEL SECURITY;
  ALTER TABLE public.theirs FORCE ROW LEVEL SECURITY;
  CREATE POLICY few ON public.theirs FOR SELECT TO "${role("app")}" USING (id < 5);
  GRANT SELECT ON public.theirs TO "${role("app")}", "${role("service")}";
  GRANT USAGE, SELECT ON SEQUENCE public.mine_id_seq TO "${role("app")}";
  ALTER DEFAULT PRIVILEGES FOR ROLE "${role("owner")}" GRANT SELECT ON TABLES TO "${role("app")}";
  SELECT lo_from_bytea(77, 'large');
  ALTER LARGE OBJECT 77 OWNER TO "${role("owner")}";`;

describe("roles and owners, restored to another server", () => {
  let bench: JobBench;
  let manifest: Manifest;
  let sourceUrl: string;
  let other: PostgresServer;

  before(async function () {
    this.timeout(60_000);
    [bench, sourceUrl, other] = await Promise.all([createJobBench(), createDatabase(), createPostgres()]);
    await query(sourceUrl, SOURCE);
    ({ manifest } = await bench.backup(sourceUrl));
  });

  afterEach(async () => {
    const databases = await query(other.url(), "SELECT datname FROM pg_database WHERE datname LIKE 'to\\_%'");
    for (const { datname } of databases) await query(other.url(), `DROP DATABASE ${datname}`);
    const roles = await query(other.url(), `SELECT rolname FROM pg_roles WHERE rolname LIKE '${prefix}%'`);
    for (const { rolname } of roles) await query(other.url(), `DROP ROLE "${rolname}"`);
  });

  /** An empty database of a new role with these attributes, and the URL for that role. */
  async function targetOf(attributes: string): Promise<string> {
    await query(
      other.url(),
      `CREATE ROLE "${role("restorer")}" LOGIN PASSWORD 'secret' ${attributes}`,
      `CREATE DATABASE to_restorer OWNER "${role("restorer")}" TEMPLATE template0`,
    );
    const url = new URL(other.url("to_restorer"));
    url.username = encodeURIComponent(role("restorer"));
    url.password = "secret";
    return url.href;
  }

  it("a superuser makes them as they were", async function () {
    this.timeout(60_000);
    const target = await createDatabase("to_superuser", other);
    const { notRestored } = await bench.restore(manifest, target);
    assert.deepEqual(notRestored, [
      { what: `role ${role("app")}`, why: "created without a password: set one before it logs in" },
    ]);
    assert.deepEqual(failures(await bench.verify(manifest, target)), []);
    const roles = async (url: string): Promise<string[]> => {
      const dump = await runClient("pg_dumpall", url, ["--roles-only", "--no-role-passwords"]);
      return dump.split("\n").filter((line) => line.includes(prefix));
    };
    assert.deepEqual(await roles(target), await roles(sourceUrl));
  });

  it("a role that may create roles makes them, owns what a superuser owned, and gives up what it borrowed", async function () {
    this.timeout(60_000);
    const target = await targetOf("CREATEROLE");
    const { notRestored } = await bench.restore(manifest, target);
    const said = notRestored.map(({ what, why }) => `${what}: ${why}`);
    assert.ok(
      said.some((line) => line.includes(`${role("service")}: created without BYPASSRLS`)),
      said.join("\n"),
    );
    assert.ok(
      said.some((line) => line.startsWith(`ALTER … OWNER TO "${other.user}" (2 objects)`)),
      said.join("\n"),
    );
    const owners = await query(
      target,
      "SELECT relname, pg_get_userbyid(relowner) AS owner FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY 1",
    );
    assert.deepEqual(owners, [
      { relname: "admins", owner: role("restorer") },
      { relname: "mine", owner: role("owner") },
      { relname: "theirs", owner: role("owner") },
    ]);
    const members = await query(
      target,
      `SELECT FROM pg_auth_members WHERE member = '"${role("restorer")}"'::regrole AND NOT admin_option`,
    );
    assert.deepEqual(members, []);
    const proof = await bench.verify(manifest, target);
    assert.equal(proof.verdict, "PARTIAL");
    const partial = failures(proof);
    assert.deepEqual(
      partial.filter(({ verdict }) => verdict === "FAIL"),
      [],
    );
    for (const name of [`owner ${other.user}`, `role ${role("service")}`, "table public.theirs"])
      assert.ok(
        partial.some((check) => check.name === name),
        name,
      );
    assert.equal(
      (await bench.verify(manifest, other.url("to_restorer"))).checks.find(
        ({ name }) => name === "table public.theirs",
      )?.verdict,
      "PASS",
    );
  });

  it("without that right the roles are listed, their objects are the restoring user's, and the verdict is PARTIAL", async function () {
    this.timeout(60_000);
    const target = await targetOf("");
    const { notRestored } = await bench.restore(manifest, target);
    for (const name of ["owner", "app", "service"])
      assert.ok(
        notRestored.some(
          ({ what, why }) => what === `role ${role(name)}` && /may not create roles/.test(why),
        ),
      );
    assert.ok(notRestored.some(({ what }) => what.startsWith("CREATE POLICY few")));
    const proof = await bench.verify(manifest, target);
    assert.equal(proof.verdict, "PARTIAL");
    const partial = failures(proof);
    assert.deepEqual(
      partial.filter(({ verdict }) => verdict === "FAIL"),
      [],
    );
    assert.ok(
      partial.some(({ name, detail }) => name === `owner ${role("owner")}` && /does not exist/.test(detail)),
    );
    assert.ok(
      partial.some(
        ({ name, detail }) => name === "policy few on public.theirs" && detail.includes(role("app")),
      ),
    );
    assert.deepEqual(await query(target, "SELECT count(*)::int AS n FROM public.theirs"), [{ n: 0 }]);
    await query(target, "ALTER TABLE public.theirs NO FORCE ROW LEVEL SECURITY");
    assert.deepEqual(await query(target, "SELECT count(*)::int AS n FROM public.theirs"), [{ n: 10 }]);
  });

  it("roles that exist stay as they are, and what they lack is said", async function () {
    this.timeout(60_000);
    await query(other.url(), `CREATE ROLE "${role("app")}" NOLOGIN`);
    const target = await createDatabase("to_existing", other);
    const { notRestored } = await bench.restore(manifest, target);
    assert.ok(
      notRestored.some(
        ({ what, why }) => what === `role ${role("app")}` && /exists already without LOGIN/.test(why),
      ),
    );
    const proof = await bench.verify(manifest, target);
    assert.deepEqual(
      failures(proof).map(({ name, verdict }) => `${name} ${verdict}`),
      [`role ${role("app")} FAIL`],
    );
  });
});
