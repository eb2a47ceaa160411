import assert from "node:assert/strict";
import { GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { manifestKey } from "../../../vault/layout.ts";
import type { Manifest } from "../../../vault/manifest.ts";
import { readManifest } from "../../../vault/read-manifest.ts";
import { createDatabase, createSupabaseDatabase, query } from "../../support/databases.ts";
import { createJobBench, databaseOf, type JobBench, testProject } from "../../support/jobs.ts";

describe("a restore refuses", () => {
  let bench: JobBench;
  let source: string;
  let manifest: Manifest;

  before(async function () {
    this.timeout(60_000);
    [bench, source] = await Promise.all([createJobBench(), createDatabase()]);
    await query(source, "CREATE TABLE public.items AS SELECT n FROM generate_series(1, 10) n");
    ({ manifest } = await bench.backup(source));
  });

  const isEmpty = async (url: string) =>
    assert.deepEqual(await query(url, "SELECT count(*)::int AS n FROM pg_class WHERE oid >= 16384"), [
      { n: 0 },
    ]);

  it("the database that the point was taken from, however it is called", async () => {
    await query(source, "TRUNCATE public.items");
    const other = new URL(source);
    other.hostname = "localhost";
    for (const url of [source, other.href])
      await assert.rejects(bench.restore(manifest, url), { code: "TARGET_IS_SOURCE", exitCode: 1 });
    await query(source, "DROP TABLE public.items");
    await assert.rejects(bench.restore(manifest, source), { code: "TARGET_IS_SOURCE" });
  });

  it("a target that was not confirmed by its own name", async () => {
    const target = await createDatabase();
    for (const confirm of [
      undefined,
      "",
      "postgres",
      `${databaseOf(target)} `,
      databaseOf(target).toUpperCase(),
    ]) {
      await assert.rejects(bench.restore(manifest, target, { confirm }), {
        code: "TARGET_NOT_CONFIRMED",
        exitCode: 2,
        hint: new RegExp(`--confirm ${databaseOf(target)}`),
      });
    }
    await isEmpty(target);
  });

  const FILLED: readonly (readonly [string, RegExp])[] = [
    ["CREATE TABLE public.t (id int)", /relation "public"\."t"/],
    ["CREATE SCHEMA app", /schema app/],
    ["CREATE FUNCTION public.f() RETURNS int LANGUAGE sql AS 'SELECT 1'", /function "public"\."f"/],
    ["CREATE TYPE public.mood AS ENUM ('a')", /type "public"\."mood"/],
    ["SELECT lo_create(0)", /large objects 1/],
    ["CREATE PUBLICATION p", /publication p/],
  ];
  for (const [sql, listed] of FILLED) {
    it(`a target that is not empty, and names what is there: ${sql}`, async () => {
      const target = await createDatabase();
      await query(target, sql);
      await assert.rejects(bench.restore(manifest, target), { code: "TARGET_NOT_EMPTY", message: listed });
    });
  }

  it("a Supabase project in which someone has signed up", async function () {
    this.timeout(30_000);
    const supabase = await createJobBench({ project: testProject({ kind: "supabase" }) });
    const [from, to] = [await createSupabaseDatabase(), await createSupabaseDatabase()];
    const point = await supabase.backup(from.url);
    await query(to.adminUrl, "INSERT INTO auth.users (id) VALUES (gen_random_uuid())");
    await assert.rejects(supabase.restore(point.manifest, to.url), {
      code: "TARGET_NOT_EMPTY",
      message: /"auth"\."users" holds rows/,
    });
    await query(to.adminUrl, "TRUNCATE auth.users CASCADE");
    assert.deepEqual((await supabase.restore(point.manifest, to.url)).notRestored, []);
  });

  it("a target with the unfinished restore of another point", async () => {
    const one = await createDatabase();
    // Rows that only a database of this name can hold.
    await query(
      one,
      "CREATE TABLE public.here AS SELECT current_database()::text AS name",
      `ALTER TABLE public.here ADD CHECK (name = '${databaseOf(one)}' AND name = current_database())`,
    );
    const unfinished = (await bench.backup(one)).manifest;
    const target = await createDatabase();
    await assert.rejects(bench.restore(unfinished, target), /violates check constraint/);
    await assert.rejects(bench.restore(manifest, target), {
      code: "TARGET_NOT_EMPTY",
      message: new RegExp(`unfinished restore of shop/${unfinished.id}`),
      hint: new RegExp(`--point ${unfinished.id}`),
    });
  });

  it("a server older than the source's", async () => {
    const target = await createDatabase();
    const newer = { ...manifest, source: { ...manifest.source, serverMajor: 99 } };
    await assert.rejects(bench.restore(newer, target), { code: "TARGET_TOO_OLD", message: /PostgreSQL 99/ });
    await isEmpty(target);
  });

  it("a manifest that a newer release wrote", async () => {
    const { s3, bucket } = bench.vault;
    const key = manifestKey(manifest.project, manifest.tier, manifest.id);
    const stored = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    const text = (await stored.Body?.transformToString()) ?? "";
    const Body = JSON.stringify({ ...JSON.parse(text), version: 2 });
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body }));
    await assert.rejects(readManifest(bench.vault, manifest), { code: "MANIFEST_TOO_NEW" });
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: text }));
    assert.equal((await readManifest(bench.vault, manifest)).id, manifest.id);
  });
});
