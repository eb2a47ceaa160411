import { runSqlFile } from "./run-sql-file.ts";
import { withClient } from "./with-client.ts";

export const SEED_PRODUCTS = ["ordak", "coppercore"] as const;
export type SeedProduct = (typeof SEED_PRODUCTS)[number];

export interface SeedOptions {
  /** Multiplies the row counts; 1 is about 10 MB a product. @default 1 */
  readonly scale?: number;
  /** The moment the sample data pretends to be taken at. @default 2026-11-01T00:00:00Z */
  readonly base?: Date;
}

/** A project's database, as both of its users reach it. */
export interface ProjectAddress {
  /** For `postgres`, who will own the product's objects. */
  readonly url: string;
  /** For the superuser. */
  readonly adminUrl: string;
}

/** No clock: the same call makes the same rows on every day. */
export const SEED_BASE = new Date("2026-11-01T00:00:00Z");

/** Fills an empty Supabase project with a sample product. The same options make the same rows. */
export async function fillProject(
  { url, adminUrl }: ProjectAddress,
  product: SeedProduct,
  options: SeedOptions = {},
): Promise<void> {
  const parameters = { base: options.base ?? SEED_BASE, scale: options.scale ?? 1 };
  await withClient(url, async (client) => {
    await client.query("SET synchronous_commit = off; SET timezone = 'UTC'");
    await runSqlFile(client, `${product}/tables.sql`);
    await runSqlFile(client, `${product}/rows.sql`, parameters);
    // Keys are checked by joins, whose plans are poor without statistics.
    await withClient(adminUrl, (admin) => admin.query("VACUUM (ANALYZE)"));
    await runSqlFile(client, `${product}/rules.sql`);
  });
}
