import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { compareFingerprints } from "../../postgres/compare-fingerprints.ts";
import { readFingerprint } from "../../postgres/fingerprint.ts";
import { projectUrl, seedEmptyProject, seedProject } from "../../sandbox/seed/seed-project.ts";
import { query } from "../support/databases.ts";
import { getPostgres } from "../support/servers.ts";
import { restoreSchema, session } from "./support/restore-schema.ts";
import { toolsOf } from "./support/rich-database.ts";

const supabase = { supabase: true };

describe("readManagedAdditions", function () {
  this.timeout(180_000);

  it("brings an application back into a new Supabase project, what it added to the platform's tables included", async () => {
    const server = await getPostgres();
    const suffix = randomBytes(4).toString("hex");
    const [from, to] = [`source_${suffix}`, `target_${suffix}`];
    await seedProject(server, "ordak", { scale: 0.01 }, from);
    await seedEmptyProject(server, to);
    const source = projectUrl(server, from);
    const target = projectUrl(server, to);
    await query(
      source,
      `CREATE ROLE reporter_${suffix} LOGIN`,
      `GRANT reporter_${suffix} TO postgres`,
      "CREATE FUNCTION public.on_new_user() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$ BEGIN RETURN new; END $$",
      `CREATE POLICY "see; own" ON storage.objects AS RESTRICTIVE FOR SELECT TO authenticated, reporter_${suffix} USING (owner_id = (SELECT auth.uid())::text)`,
      "CREATE TABLE public.internal (id int)",
      "REVOKE ALL ON public.internal FROM anon, authenticated",
      "CREATE POLICY upload ON storage.objects FOR INSERT WITH CHECK (bucket_id = 'x')",
      `GRANT SELECT (id), UPDATE ON public.orders_bannos TO reporter_${suffix}`,
    );
    await query(
      server.url(from),
      `GRANT SELECT ON auth.users TO reporter_${suffix}`,
      "CREATE TRIGGER on_auth_user_created AFTER INSERT ON auth.users FOR EACH ROW EXECUTE FUNCTION public.on_new_user()",
      "ALTER TABLE auth.users DISABLE TRIGGER on_auth_user_created",
      "GRANT TRIGGER ON auth.users TO postgres",
    );
    await query(
      server.url(to),
      "GRANT TRIGGER ON auth.users TO postgres WITH GRANT OPTION; GRANT SELECT ON auth.users TO postgres WITH GRANT OPTION",
    );
    const restored = await restoreSchema(toolsOf(server), source, target, supabase);
    assert.deepEqual(restored.dropped, []);
    await using one = await session(source);
    await using other = await session(target);
    const [expected, actual] = [await readFingerprint(one, supabase), await readFingerprint(other, supabase)];
    const names = expected.map(({ kind, name }) => `${kind} ${name}`);
    for (const name of [
      'policy "see; own" on storage.objects',
      "policy upload on storage.objects",
      "trigger on_auth_user_created on auth.users",
      `grant table auth.users to reporter_${suffix}`,
      "function public.on_new_user()",
    ]) {
      assert.ok(names.includes(name), name);
    }
    assert.ok(!names.some((name) => /^(table|function|index|owner \w+) (auth|storage)\./.test(name)));
    const differences = compareFingerprints(expected, actual, { mappedRoles: restored.plan.owners });
    // Only the owner of auth.users may switch its triggers off.
    assert.deepEqual(
      differences.map(({ problem, kind, name }) => `${problem} ${kind} ${name}`),
      ["different trigger on_auth_user_created on auth.users"],
    );
    assert.deepEqual(restored.refused, ["ALTER TABLE auth.users DISABLE TRIGGER on_auth_user_created;"]);
  });
});
