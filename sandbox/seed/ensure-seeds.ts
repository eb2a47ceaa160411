import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { replaceFile, type SandboxPaths } from "../sandbox-state.ts";
import type { PostgresServer } from "../servers/postgres-server.ts";
import { SEED_PRODUCTS, type SeedProduct, seedProject, seedTemplate } from "./seed-project.ts";
import { withClient } from "./with-client.ts";

export interface SeedRequest {
  /** Multiplies the sample rows. @default that of the last time, else 1 (about 10 MB a product) */
  readonly scale?: number;
  /** The moment the sample data pretends to be taken at. @default that of the last time, else the last full hour */
  readonly base?: Date;
  /** Makes the sample products anew although they are there. @default false */
  readonly reseed?: boolean;
}

const recordShape = z.object({ scale: z.number().positive(), base: z.iso.datetime() });

function readSeedRecord(file: string): z.infer<typeof recordShape> | undefined {
  return existsSync(file) ? recordShape.parse(JSON.parse(readFileSync(file, "utf8"))) : undefined;
}

const HOUR_MILLISECONDS = 3_600_000;
const lastFullHour = (): Date => new Date(Math.floor(Date.now() / HOUR_MILLISECONDS) * HOUR_MILLISECONDS);

async function missingProducts(server: PostgresServer): Promise<SeedProduct[]> {
  const { rows } = await withClient(server.url(), (client) =>
    client.query<{ datname: string }>("SELECT datname FROM pg_database"),
  );
  return SEED_PRODUCTS.filter((product) => !rows.some(({ datname }) => datname === product));
}

/** Makes the template and the sample products that are missing; all of them when the scale or the base is another. */
export async function ensureSeeds(
  server: PostgresServer,
  paths: SandboxPaths,
  request: SeedRequest,
  say: (text: string) => void,
): Promise<void> {
  await seedTemplate(server);
  const file = join(paths.directory, "seed.json");
  const last = readSeedRecord(file);
  const scale = request.scale ?? last?.scale ?? 1;
  const base = request.base ?? (last ? new Date(last.base) : lastFullHour());
  const changed = last !== undefined && (last.scale !== scale || last.base !== base.toISOString());
  const wanted = request.reseed || changed ? [...SEED_PRODUCTS] : await missingProducts(server);
  if (wanted.length === 0) return;
  say(`Making the sample data of ${wanted.join(" and ")}, scale ${scale}`);
  await Promise.all(wanted.map((product) => seedProject(server, product, { scale, base })));
  replaceFile(file, `${JSON.stringify({ scale, base: base.toISOString() })}\n`);
}
