import assert from "node:assert/strict";
import { text } from "node:stream/consumers";
import { parseDatabaseUrl } from "../../postgres/database-url.ts";
import { dumpSection } from "../../postgres/dump-schema.ts";
import { groupPostData, type PostDataGroups } from "../../postgres/group-post-data.ts";
import { splitStatements } from "../../postgres/split-statements.ts";
import { getPostgres } from "../support/servers.ts";
import { createRichDatabase, toolsOf } from "./support/rich-database.ts";

const group = (...statements: string[]) => groupPostData(statements.map((sql) => ({ sql })));
const texts = (statements: readonly { readonly sql: string }[]) => statements.map(({ sql }) => sql);
const everything = (groups: PostDataGroups) =>
  [groups.settings, groups.indexes, groups.rest, groups.foreignKeys, groups.refreshes, groups.last].flatMap(
    texts,
  );

describe("groupPostData", () => {
  it("takes leading settings apart and leaves later ones in their place", () => {
    const groups = group(
      "SET row_security = off;",
      "SELECT pg_catalog.set_config('search_path', '', false);",
      "CREATE STATISTICS s ON a, b FROM t;",
      "SET default_table_access_method = heap;",
    );
    assert.deepEqual(texts(groups.settings), [
      "SET row_security = off;",
      "SELECT pg_catalog.set_config('search_path', '', false);",
    ]);
    assert.deepEqual(texts(groups.rest), [
      "CREATE STATISTICS s ON a, b FROM t;",
      "SET default_table_access_method = heap;",
    ]);
  });

  const indexes: Record<string, readonly [table: string, locksTable: boolean]> = {
    "CREATE INDEX i ON public.t USING btree (a);": ["public.t", false],
    'CREATE UNIQUE INDEX "on" ON ONLY "a.b"."c""d" USING btree (a);': ['"a.b"."c""d"', false],
    'CREATE INDEX "x ON y" ON public."ON" USING gin (a);': ['public."ON"', false],
    "ALTER TABLE ONLY public.t\n    ADD CONSTRAINT t_pkey PRIMARY KEY (id);": ["public.t", true],
    'ALTER TABLE ONLY "s"."ADD"\n    ADD CONSTRAINT "FOREIGN" UNIQUE (id);': ['"s"."ADD"', true],
    "ALTER TABLE public.t ADD CONSTRAINT x EXCLUDE USING gist (a WITH &&);": ["public.t", true],
  };
  for (const [sql, [table, locksTable]] of Object.entries(indexes)) {
    it(`finds the table of ${sql.replaceAll(/\s+/g, " ")}`, () => {
      assert.deepEqual(group(sql).indexes, [{ sql, table, locksTable }]);
    });
  }

  it("finds both tables of a foreign key", () => {
    const plain =
      'ALTER TABLE ONLY public.a\n    ADD CONSTRAINT "REFERENCES x" FOREIGN KEY (b, "REFERENCES") REFERENCES "S"."b c"(id) ON DELETE CASCADE NOT VALID;';
    const partitioned =
      "ALTER TABLE public.p\n    ADD CONSTRAINT p_fk FOREIGN KEY (b) REFERENCES public.p(id);";
    assert.deepEqual(group(plain, partitioned).foreignKeys, [
      { sql: plain, table: "public.a", references: '"S"."b c"', partitioned: false },
      { sql: partitioned, table: "public.p", references: "public.p", partitioned: true },
    ]);
  });

  it("keeps checks, replica identities and attached indexes in the rest, in order", () => {
    const rest = [
      "ALTER TABLE public.t\n    ADD CONSTRAINT c CHECK ((a > 0)) NOT VALID;",
      "ALTER TABLE ONLY public.t REPLICA IDENTITY USING INDEX t_pkey;",
      "ALTER INDEX public.i ATTACH PARTITION public.i_1;",
      "ALTER TABLE public.t ENABLE ROW LEVEL SECURITY;",
      "COMMENT ON INDEX public.i IS 'REFRESH MATERIALIZED VIEW x; FOREIGN KEY';",
    ];
    assert.deepEqual(texts(group(...rest).rest), rest);
  });

  it("comments on a foreign key only after it is there, on another constraint in its place", () => {
    const key = "ALTER TABLE ONLY public.a\n    ADD CONSTRAINT fk FOREIGN KEY (b) REFERENCES public.b(id);";
    const groups = group(
      key,
      "COMMENT ON CONSTRAINT fk ON public.a IS 'x';",
      "COMMENT ON CONSTRAINT fk ON public.other IS 'y';",
    );
    assert.deepEqual(texts(groups.last), ["COMMENT ON CONSTRAINT fk ON public.a IS 'x';"]);
    assert.deepEqual(texts(groups.rest), ["COMMENT ON CONSTRAINT fk ON public.other IS 'y';"]);
  });

  it("keeps an index behind the materialized view or function that it needs", () => {
    const view = 'CREATE MATERIALIZED VIEW public."my view" AS SELECT 1 WITH NO DATA;';
    const onView = 'CREATE INDEX i ON public."my view" USING btree (x);';
    const routine = "CREATE FUNCTION public.slug(text) RETURNS text LANGUAGE sql BEGIN ATOMIC SELECT 1; END;";
    const withRoutine = "CREATE INDEX j ON public.t USING btree (public.slug(a));";
    const free = "CREATE INDEX k ON public.t USING btree (b);";
    const groups = group(view, onView, routine, withRoutine, free);
    assert.deepEqual(texts(groups.rest), [view, onView, routine, withRoutine]);
    assert.deepEqual(texts(groups.indexes), [free]);
  });

  it("leaves refreshes and event triggers to the end, and carries mayFail", () => {
    const refresh = "REFRESH MATERIALIZED VIEW public.v;";
    const trigger = {
      sql: "CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION public.f();",
      mayFail: "superuser",
    };
    const groups = groupPostData([
      trigger,
      { sql: refresh },
      { sql: "CREATE INDEX i ON t USING btree (a);", mayFail: "x" },
    ]);
    assert.deepEqual(groups.last, [trigger]);
    assert.deepEqual(texts(groups.refreshes), [refresh]);
    assert.equal(groups.indexes[0]?.mayFail, "x");
  });

  it("loses nothing of a real dump with everything in it", async () => {
    const server = await getPostgres();
    const { url } = await createRichDatabase(server);
    const sql = await text(dumpSection(toolsOf(server), parseDatabaseUrl(url), { section: "post-data" }));
    const statements = splitStatements(sql);
    const groups = groupPostData(statements.map((statement) => ({ sql: statement })));
    assert.deepEqual(everything(groups).sort(), [...statements].sort());
    assert.deepEqual(
      [groups.indexes.length > 20, groups.foreignKeys.length, groups.refreshes.length, groups.last.length],
      [true, 8, 3, 5],
    );
  });
});
