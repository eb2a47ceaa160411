import { PutObjectCommand } from "@aws-sdk/client-s3";
import { PHOTOS, type StorageBench } from "../../support/storage-bench.ts";

/** One fault done to stored objects or to what the database says of them, and the check that must fail for it. */
export interface StorageMutation {
  readonly fault: string;
  readonly make: (bench: StorageBench) => Promise<unknown>;
  /** What the name of a failed check must hold. */
  readonly names: string;
}

/** What the point has. */
export const OBJECTS: Readonly<Record<string, string>> = {
  "a/first.jpg": "the bytes of the first",
  "a/second.jpg": "the bytes of the other",
  "b/third.jpg": "the bytes of the third one",
};
const [FIRST = "", SECOND = "", THIRD = ""] = Object.keys(OBJECTS);
const bytesOf = (name: string) => OBJECTS[name] ?? "";

const sql = (statement: string) => (bench: StorageBench) => bench.storage.rows(statement);
/** Under the service's feet: its row stays as it was. */
const bytes = (name: string, body: string) => async (bench: StorageBench) => {
  const [row] = await bench.storage.rows("SELECT * FROM storage.objects WHERE name = $1", name);
  const client = bench.storage.s3;
  await client.send(new PutObjectCommand({ Bucket: PHOTOS, Key: name, Body: Buffer.from(body) }));
  await bench.storage.rows(
    "UPDATE storage.objects SET metadata = $2 WHERE name = $1",
    name,
    JSON.stringify(row?.metadata),
  );
};

export const MUTATIONS_OF_STORAGE: readonly StorageMutation[] = [
  {
    fault: "an object and its row missing",
    make: ({ remove }) => remove(FIRST),
    names: `object ${PHOTOS}/${FIRST}`,
  },
  {
    fault: "the row of an object missing",
    make: sql(`DELETE FROM storage.objects WHERE name = '${SECOND}'`),
    names: `object ${PHOTOS}/${SECOND}`,
  },
  {
    fault: "a row without its object",
    make: sql(
      `INSERT INTO storage.objects (bucket_id, name, version, metadata) SELECT bucket_id, 'b/gone.jpg', gen_random_uuid()::text, metadata FROM storage.objects WHERE name = '${THIRD}'`,
    ),
    names: `object ${PHOTOS}/b/gone.jpg`,
  },
  {
    fault: "the bytes of an object missing",
    make: sql(`UPDATE storage.objects SET version = gen_random_uuid()::text WHERE name = '${THIRD}'`),
    names: `object ${PHOTOS}/${THIRD}`,
  },
  {
    fault: "all objects missing",
    make: async ({ remove }) => {
      for (const name of Object.keys(OBJECTS)) await remove(name);
    },
    names: `object ${PHOTOS}/${FIRST}`,
  },
  {
    fault: "one byte changed",
    make: bytes(FIRST, bytesOf(FIRST).replace("first", "fIrst")),
    names: `object ${PHOTOS}/${FIRST}`,
  },
  {
    fault: "an object cut short",
    make: bytes(SECOND, bytesOf(SECOND).slice(0, -1)),
    names: `object ${PHOTOS}/${SECOND}`,
  },
  {
    fault: "an object with a byte too many",
    make: bytes(SECOND, `${bytesOf(SECOND)}\n`),
    names: `object ${PHOTOS}/${SECOND}`,
  },
  {
    fault: "an empty object",
    make: bytes(THIRD, ""),
    names: `object ${PHOTOS}/${THIRD}`,
  },
  {
    fault: "two objects of one size swapped",
    make: async ({ put }) => {
      await put(FIRST, bytesOf(SECOND));
      await put(SECOND, bytesOf(FIRST));
    },
    names: `object ${PHOTOS}/${FIRST}`,
  },
  {
    fault: "an object under another name",
    make: sql(`UPDATE storage.objects SET name = 'a/First.jpg' WHERE name = '${FIRST}'`),
    names: `object ${PHOTOS}/${FIRST}`,
  },
  {
    fault: "an object too many",
    make: ({ put }) => put("c/extra.jpg", "extra"),
    names: `object ${PHOTOS}/c/extra.jpg`,
  },
  {
    fault: "a row with another size",
    make: sql(
      `UPDATE storage.objects SET metadata = jsonb_set(metadata, '{size}', '7') WHERE name = '${FIRST}'`,
    ),
    names: `object ${PHOTOS}/${FIRST}`,
  },
  {
    fault: "a bucket that became public",
    make: sql(`UPDATE storage.buckets SET public = true WHERE id = '${PHOTOS}'`),
    names: "table storage.buckets",
  },
  {
    fault: "a bucket's limit lost",
    make: sql(`UPDATE storage.buckets SET file_size_limit = NULL WHERE id = '${PHOTOS}'`),
    names: "table storage.buckets",
  },
  {
    fault: "a policy on objects missing",
    make: sql("DROP POLICY own ON storage.objects"),
    names: "policy own on storage.objects",
  },
  {
    fault: "a policy on objects that lets all in",
    make: sql("ALTER POLICY own ON storage.objects USING (true)"),
    names: "policy own on storage.objects",
  },
  {
    fault: "an object's owner lost",
    make: sql(`UPDATE storage.objects SET owner_id = NULL WHERE name = '${FIRST}'`),
    names: "table storage.objects",
  },
  {
    fault: "an object's own metadata lost",
    make: sql(`UPDATE storage.objects SET user_metadata = NULL WHERE name = '${FIRST}'`),
    names: "table storage.objects",
  },
];
