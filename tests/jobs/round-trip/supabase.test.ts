import assert from "node:assert/strict";
import {
  projectUrl,
  SEED_PRODUCTS,
  type SeedProduct,
  seedProject,
} from "../../../sandbox/seed/seed-project.ts";
import { compareDatabases } from "../../support/compare-databases.ts";
import { createSupabaseDatabase, query, type TestProject } from "../../support/databases.ts";
import { createJobBench, databaseOf, failures, type JobBench, testProject } from "../../support/jobs.ts";
import { psql } from "../../support/psql.ts";
import { getPostgres } from "../../support/servers.ts";

/** Rows of these schemas and tables stay with their project; see the schemas that a point leaves out. */
const PLATFORM =
  "^(pg_.*|information_schema|holdfast_restore|realtime|vault|extensions|graphql.*|pgbouncer)$";

interface Product {
  readonly product: SeedProduct;
  readonly sourceUrl: string;
  readonly sourceAdminUrl: string;
  readonly target: TestProject;
}

/** What applications add to the platform's tables: a trigger on sign-up, a role of their own that reads users. */
const additions = (role: string) => `
  CREATE TABLE public.profiles (id uuid PRIMARY KEY REFERENCES auth.users ON DELETE CASCADE, joined_at timestamptz DEFAULT now());
  ALTER TABLE public.profiles ENABLE ROW LEVEL SECURITY;
  CREATE POLICY own ON public.profiles TO authenticated USING (id = auth.uid());
  CREATE FUNCTION public.welcome() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path TO '' AS
    $$ BEGIN INSERT INTO public.profiles (id) VALUES (NEW.id); RETURN NEW; END $$;
  CREATE TRIGGER on_auth_user_created AFTER INSERT ON auth.users FOR EACH ROW EXECUTE FUNCTION public.welcome();
  CREATE ROLE ${role} NOLOGIN;
  GRANT ${role} TO authenticator;
  GRANT USAGE ON SCHEMA public TO ${role};
  GRANT SELECT ON public.profiles TO ${role};
  ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO ${role};
  ALTER DATABASE :"DBNAME" SET statement_timeout = '2min';
  INSERT INTO auth.users (id, email) VALUES ('6d5f0a3e-0000-4000-8000-000000000001', 'new@example.org');`;

async function sample(product: SeedProduct): Promise<Product> {
  const server = await getPostgres();
  const target = await createSupabaseDatabase();
  const database = `${product}_${databaseOf(target.url)}`;
  await seedProject(server, product, { scale: 0.2 }, database);
  if (product === "ordak")
    await psql(projectUrl(server, database), additions(`reporting_${databaseOf(target.url)}`));
  return { product, sourceUrl: projectUrl(server, database), sourceAdminUrl: server.url(database), target };
}

/** As a request through the API runs: the role for one transaction, the caller's claims in a setting. */
const asCaller = (role: string, subject: string, sql: string): string[] => [
  "BEGIN",
  `SET LOCAL ROLE ${role}`,
  `SELECT set_config('request.jwt.claims', '${JSON.stringify({ sub: subject, role })}', true)`,
  sql,
];

describe("a Supabase project, restored by its own user who is no superuser", () => {
  let bench: JobBench;
  const products = new Map<SeedProduct, Product>();

  before(async function () {
    this.timeout(120_000);
    bench = await createJobBench({ project: testProject({ kind: "supabase" }) });
    for (const product of SEED_PRODUCTS) products.set(product, await sample(product));
  });
  const of = (product: SeedProduct): Product => {
    const found = products.get(product);
    if (found === undefined) throw new Error(`${product} was not made`);
    return found;
  };

  for (const product of SEED_PRODUCTS) {
    it(`brings ${product} back, users and stored objects included, and proves it`, async function () {
      this.timeout(120_000);
      const { sourceUrl, target } = of(product);
      const { manifest } = await bench.backup(sourceUrl);
      const { notRestored } = await bench.restore(manifest, target.url);
      assert.deepEqual(notRestored, []);
      const proof = await bench.verify(manifest, target.url);
      assert.deepEqual(failures(proof), []);
      assert.equal(proof.verdict, "PASS");
      const dumped = (schema: string, name: string) =>
        manifest.tables.find((table) => table.schema === schema && table.name === name);
      assert.ok((dumped("auth", "users")?.rows ?? 0) > 0);
      assert.equal((dumped("storage", "objects")?.rows ?? 0) > 0, product === "ordak");
      assert.ok((dumped("supabase_migrations", "schema_migrations")?.rows ?? 0) > 0);
      assert.equal(dumped("auth", "schema_migrations"), undefined);
      assert.equal(dumped("storage", "migrations"), undefined);
    });

    it(`makes ${product} equal to its source by PostgreSQL's own tools`, async function () {
      this.timeout(60_000);
      const { sourceAdminUrl, target } = of(product);
      assert.deepEqual(
        await compareDatabases(sourceAdminUrl, target.adminUrl, { withoutSchemas: PLATFORM }),
        [],
      );
    });
  }

  it("answers callers as before: anonymous ones are kept out, staff see their store", async () => {
    const { sourceAdminUrl, target } = of("ordak");
    const [staff] = await query(
      target.adminUrl,
      "SELECT user_id::text AS id, stores[1] AS store FROM public.staff WHERE active AND user_id IS NOT NULL ORDER BY 1 LIMIT 1",
    );
    const { id, store } = staff as { id: string; store: string };
    const queue = asCaller("authenticated", id, `SELECT * FROM public.get_queue('${store}') ORDER BY id`);
    const rows = await query(target.url, ...queue);
    assert.ok(rows.length > 0);
    assert.deepEqual(rows, await query(sourceAdminUrl, ...queue));
    const seen = asCaller(
      "authenticated",
      id,
      "SELECT count(*)::int AS n, min(store) AS store FROM public.work_queue",
    );
    assert.deepEqual(await query(target.url, ...seen), await query(sourceAdminUrl, ...seen));
    await assert.rejects(
      query(target.url, ...asCaller("anon", id, `SELECT * FROM public.get_queue('${store}')`)),
      /permission denied/,
    );
    await assert.rejects(
      query(target.url, ...asCaller("anon", id, "SELECT 1 FROM public.webhook_inbox")),
      /permission denied/,
    );
    assert.deepEqual(
      await query(target.url, ...asCaller("anon", id, "SELECT count(*)::int AS n FROM public.orders_bannos")),
      [{ n: 0 }],
    );
  });

  it("keeps what the application added to the platform's tables", async () => {
    const { target } = of("ordak");
    const id = "6d5f0a3e-0000-4000-8000-000000000002";
    await query(target.adminUrl, `INSERT INTO auth.users (id, email) VALUES ('${id}', 'later@example.org')`);
    const joined = await query(target.adminUrl, "SELECT id::text FROM public.profiles ORDER BY 1");
    assert.deepEqual(joined, [{ id: "6d5f0a3e-0000-4000-8000-000000000001" }, { id }]);
    assert.deepEqual(
      await query(target.url, ...asCaller("authenticated", id, "SELECT id::text FROM public.profiles")),
      [{ id }],
    );
  });
});
