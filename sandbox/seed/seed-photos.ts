import { openS3 } from "../../jobs/storage/open-s3.ts";
import { putOrderPhotos } from "./ordak/order-photos.ts";
import type { SampleProject } from "./sample-project.ts";
import { withClient } from "./with-client.ts";

/** Larger than one part, and below the 10 MiB that the bucket allows. */
const LARGE_FILES = 2;

/** Gives the photos that Ordak's rows speak of their bytes, through Storage as an application would. */
export async function seedPhotos({ adminUrl, storage }: SampleProject): Promise<void> {
  const names = await withClient(adminUrl, async (client) => {
    const { rows } = await client.query<{ name: string }>(
      "SELECT name FROM storage.objects WHERE bucket_id = 'order_photos' ORDER BY name COLLATE \"C\"",
    );
    return rows.map(({ name }) => name);
  });
  const s3 = openS3({ ...storage, attempts: 3 });
  try {
    await putOrderPhotos(s3, { count: names.length, names, largeFiles: LARGE_FILES });
  } finally {
    s3.destroy();
  }
}
