import assert from "node:assert/strict";
import { projectUrl, type SeedProduct, seedProject } from "../../../sandbox/seed/seed-project.ts";
import { createSupabaseDatabase, query } from "../../support/databases.ts";
import { getPostgres } from "../../support/servers.ts";

const SCALE = 0.05;

/** A hash of every row of every table, in no order. */
async function contentHash(url: string): Promise<string> {
  const tables = await query(
    url,
    `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
     WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1`,
  );
  const parts = tables.map(
    ({ name }) => `SELECT '${name}' AS name, md5(t::text) AS hash FROM ${String(name)} AS t`,
  );
  const [row] = await query(
    url,
    "SET timezone = 'UTC'",
    `SELECT count(*) || md5(string_agg(name || hash, ',' ORDER BY name, hash)) AS hash FROM (${parts.join(" UNION ALL ")}) AS rows`,
  );
  return String(row?.hash);
}

async function countRows(url: string, table: string): Promise<number> {
  const [row] = await query(url, `SELECT count(*)::int AS rows FROM ${table}`);
  return Number(row?.rows);
}

describe("sample data", () => {
  const at = new Map<string, string>();
  async function seeded(product: SeedProduct, name: string, scale = SCALE): Promise<string> {
    const server = await getPostgres();
    if (!at.has(name)) await seedProject(server, product, { scale }, name);
    at.set(name, projectUrl(server, name));
    return at.get(name) ?? "";
  }

  for (const product of ["ordak", "coppercore"] as const) {
    it(`of ${product} is the same in every run`, async () => {
      const server = await getPostgres();
      const first = await contentHash(
        server.url(new URL(await seeded(product, `${product}_a`)).pathname.slice(1)),
      );
      const second = await contentHash(
        server.url(new URL(await seeded(product, `${product}_b`)).pathname.slice(1)),
      );
      assert.equal(first, second);
    });
  }

  it("grows with the scale", async () => {
    const small = await seeded("ordak", "ordak_a");
    const larger = await seeded("ordak", "ordak_c", SCALE * 3);
    assert.equal(await countRows(small, "public.orders_bannos"), 130);
    assert.equal(await countRows(larger, "public.orders_bannos"), 390);
    assert.equal(await countRows(small, "public.work_queue"), 200);
    assert.equal(await countRows(larger, "public.work_queue"), 600);
  });

  it("of Ordak works as the application: queue, stages, a barcode printed once", async () => {
    const url = await seeded("ordak", "ordak_a");
    const stages = await query(url, "SELECT DISTINCT stage::text FROM public.work_queue ORDER BY 1");
    assert.deepEqual(
      stages.map(({ stage }) => stage),
      ["Complete", "Covering", "Decorating", "Filling", "Packing"],
    );
    const [open] = await query(
      url,
      "SELECT count(*)::int AS open FROM public.get_queue('bannos') WHERE stage = 'Complete'",
    );
    assert.equal(open?.open, 0);
    const print =
      "SELECT public.print_barcode('TEST-1', (SELECT min(id) FROM public.work_queue)) ->> 'result' AS result";
    assert.deepEqual(await query(url, print), [{ result: "printed" }]);
    assert.deepEqual(await query(url, print), [{ result: "already_done" }]);
    const steps = await query(
      url,
      "INSERT INTO public.orders_bannos (id, shopify_order_id, order_number, customer_name, product_title, unit_price, due_date, order_json) VALUES ('bannos-new', 1, 1, 'c', 't', 1, '2026-12-01', '{}')",
      "SELECT public.start_stage(id) FROM public.work_queue WHERE order_id = 'bannos-new'",
      ...Array.from(
        { length: 4 },
        () => "SELECT public.complete_stage(id) FROM public.work_queue WHERE order_id = 'bannos-new'",
      ),
      "SELECT stage::text, status::text FROM public.work_queue WHERE order_id = 'bannos-new'",
    );
    assert.deepEqual(steps, [{ stage: "Complete", status: "done" }]);
  });

  it("of Ordak is closed to strangers and open to staff by their store", async () => {
    const url = await seeded("ordak", "ordak_b");
    const asUser = (sub: string, sql: string) =>
      query(
        url,
        "BEGIN",
        "SET LOCAL ROLE authenticated",
        `SET LOCAL request.jwt.claims = '{"sub": "${sub}"}'`,
        sql,
      );
    const [staff] = await query(
      url,
      "SELECT user_id FROM public.staff WHERE stores = '{bannos}' AND active LIMIT 1",
    );
    const count = "SELECT count(*)::int AS rows FROM public.orders_";
    assert.deepEqual(await asUser(String(staff?.user_id), `${count}bannos`), [{ rows: 130 }]);
    assert.deepEqual(await asUser(String(staff?.user_id), `${count}flourlane`), [{ rows: 0 }]);
    assert.deepEqual(await asUser("00000000-0000-0000-0000-000000000001", `${count}bannos`), [{ rows: 0 }]);
    await assert.rejects(
      asUser(String(staff?.user_id), "DELETE FROM public.work_queue"),
      /permission denied/,
    );
  });

  it("of CopperCore has what is hard to bring back", async () => {
    const url = await seeded("coppercore", "coppercore_a");
    const [found] = await query(
      url,
      `SELECT (SELECT count(*) FROM pg_inherits WHERE inhparent = 'public.machine_events'::regclass)::int AS partitions,
        (SELECT count(*) FROM pg_attribute WHERE attgenerated = 's' AND attrelid IN ('public.grns'::regclass, 'public.products'::regclass))::int AS generated,
        (SELECT relforcerowsecurity FROM pg_class WHERE oid = 'public.grns'::regclass) AS forced,
        (SELECT relispopulated FROM pg_class WHERE oid = 'public.daily_output'::regclass) AS populated,
        (SELECT count(*) FROM public.work_orders WHERE scrap_rate = 'NaN')::int > 0 AS has_nan`,
    );
    assert.deepEqual(found, { partitions: 5, generated: 2, forced: true, populated: true, has_nan: true });
  });
});

describe("an empty Supabase project", () => {
  it("belongs to a postgres that is no superuser and may set session_replication_role", async () => {
    const { url, adminUrl } = await createSupabaseDatabase();
    const [role] = await query(
      url,
      "SET session_replication_role = replica",
      `SELECT current_user, rolsuper, rolcreaterole, rolcreatedb, rolbypassrls, current_setting('session_replication_role') AS mode,
         (SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = current_database()) AS owner
       FROM pg_roles WHERE rolname = current_user`,
    );
    assert.deepEqual(role, {
      current_user: "postgres",
      rolsuper: false,
      rolcreaterole: true,
      rolcreatedb: true,
      rolbypassrls: true,
      mode: "replica",
      owner: "postgres",
    });
    await assert.rejects(query(url, "SET session_preload_libraries = 'x'"), /permission denied/);
    const [admin] = await query(adminUrl, "SELECT current_user, current_setting('is_superuser') AS super");
    assert.deepEqual(admin, { current_user: "supabase_admin", super: "on" });
  });

  it("lets postgres do there what the service lets it do", async () => {
    const { url } = await createSupabaseDatabase();
    const rows = await query(
      url,
      "CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public",
      "CREATE TABLE public.notes (id int PRIMARY KEY, owner uuid REFERENCES auth.users)",
      "INSERT INTO auth.users (id, email) VALUES ('00000000-0000-0000-0000-000000000001', 'a@example.com')",
      "INSERT INTO storage.buckets (id, name) VALUES ('b', 'b')",
      "INSERT INTO storage.objects (bucket_id, name) VALUES ('b', 'x/y.jpg')",
      "CREATE POLICY p ON storage.objects FOR SELECT TO authenticated USING (bucket_id = 'b')",
      "CREATE FUNCTION public.on_user() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
      "CREATE TRIGGER on_user AFTER INSERT ON auth.users FOR EACH ROW EXECUTE FUNCTION public.on_user()",
      "ALTER PUBLICATION supabase_realtime ADD TABLE public.notes",
      "SELECT path_tokens, has_table_privilege('anon', 'public.notes', 'SELECT') AS anon FROM storage.objects",
    );
    assert.deepEqual(rows, [{ path_tokens: ["x", "y.jpg"], anon: true }]);
    await assert.rejects(query(url, "CREATE TABLE auth.mine (id int)"), /permission denied for schema auth/);
  });
});
