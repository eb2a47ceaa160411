import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import type { ApiError } from "../../supabase/api-error.ts";
import { deleteProject } from "../../supabase/calls/delete-project.ts";
import { openManagementApi } from "../../supabase/open-management-api.ts";
import { replaceFile } from "../replace-file.ts";
import type { SandboxPaths } from "../sandbox-paths.ts";
import type { SupabaseServer } from "../servers/supabase-server.ts";
import { shippedPlan } from "../shipped-plan.ts";
import type { ProjectAccess } from "../supabase/control-endpoints.ts";
import { fillProject, SEED_PRODUCTS, type SeedProduct } from "./fill-project.ts";
import type { SampleProject } from "./sample-project.ts";
import { seedPhotos } from "./seed-photos.ts";

export interface SeedRequest {
  /** Multiplies the sample rows. @default that of the last time, else 1 (about 10 MB a product) */
  readonly scale?: number;
  /** The moment the sample data pretends to be taken at. @default that of the last time, else the last full hour */
  readonly base?: Date;
  /** Makes the sample products anew although they are there. @default false */
  readonly reseed?: boolean;
}

const recordShape = z.object({
  scale: z.number().positive(),
  base: z.iso.datetime(),
  /** Whose rows are complete. */
  products: z.array(z.enum(SEED_PRODUCTS)),
});
type SeedRecord = z.infer<typeof recordShape>;

function readSeedRecord(file: string): SeedRecord | undefined {
  return existsSync(file) ? recordShape.parse(JSON.parse(readFileSync(file, "utf8"))) : undefined;
}

const HOUR_MILLISECONDS = 3_600_000;
const lastFullHour = (): Date => new Date(Math.floor(Date.now() / HOUR_MILLISECONDS) * HOUR_MILLISECONDS);

/** What is to be there, and of that what is there already. */
function wantedRecord(last: SeedRecord | undefined, request: SeedRequest): SeedRecord {
  const scale = request.scale ?? last?.scale ?? 1;
  const base = (request.base ?? (last ? new Date(last.base) : lastFullHour())).toISOString();
  const same = last?.scale === scale && last.base === base && !request.reseed;
  return { scale, base, products: same ? last.products : [] };
}

/** Makes the sample products that are missing or half made; all of them when the scale or the base is another. */
export async function ensureSeeds(
  supabase: SupabaseServer,
  paths: SandboxPaths,
  request: SeedRequest,
  say: (text: string) => void,
): Promise<Record<SeedProduct, SampleProject>> {
  const refs = await productRefs();
  const file = join(paths.directory, "seed.json");
  let record = wantedRecord(readSeedRecord(file), request);
  const present = new Set<SeedProduct>();
  for (const product of record.products) if (await supabase.findProject(refs[product])) present.add(product);
  const missing = SEED_PRODUCTS.filter((product) => !present.has(product));
  if (missing.length > 0)
    say(`Making the projects ${missing.join(" and ")} with sample data, scale ${record.scale}`);
  const note = (products: readonly SeedProduct[]): void => {
    record = { ...record, products: [...products] };
    replaceFile(file, `${JSON.stringify(record)}\n`);
  };
  note([...present]);
  const make = async (product: SeedProduct): Promise<void> => {
    await makeProduct(supabase, product, refs[product], { scale: record.scale, base: new Date(record.base) });
    note([...record.products, product]);
  };
  await Promise.all(missing.map(make));
  const [ordak, coppercore] = await Promise.all([
    supabase.findProject(refs.ordak),
    supabase.findProject(refs.coppercore),
  ]);
  return { ordak: sampleOf(ordak), coppercore: sampleOf(coppercore) };
}

async function productRefs(): Promise<Record<SeedProduct, string>> {
  const { projects } = await shippedPlan();
  const refOf = (product: SeedProduct): string => {
    const ref = projects.find(({ name }) => name === product)?.ref;
    if (ref === undefined) throw new Error(`the shipped plan has no ref for ${product}`);
    return ref;
  };
  return { ordak: refOf("ordak"), coppercore: refOf("coppercore") };
}

function sampleOf(access: ProjectAccess | undefined): SampleProject {
  const { databaseUrl: url, adminUrl } = access ?? {};
  if (access === undefined || url === undefined || adminUrl === undefined)
    throw new Error(`a sample project has no database: ${access?.lastFailure ?? "it was deleted"}`);
  return { ref: access.ref, url, adminUrl, storage: access.storage };
}

/** A paid plan that point-in-time recovery can be bought on. */
const ORGANIZATION = "holdfast-pro";

async function makeProduct(
  supabase: SupabaseServer,
  product: SeedProduct,
  ref: string,
  options: { readonly scale: number; readonly base: Date },
): Promise<void> {
  await removeProject(supabase, ref);
  const project = await makeEmptyProject(supabase, ref, product);
  await fillProject(project, product, options);
  if (product === "ordak") await seedPhotos(project);
}

/** Makes a project with an empty database and Storage, under a password of its own. */
export async function makeEmptyProject(
  supabase: SupabaseServer,
  ref: string,
  name: string,
): Promise<SampleProject> {
  const password = randomBytes(18).toString("base64url");
  const wish = { ref, name, organization: ORGANIZATION, database: "cluster", password } as const;
  return sampleOf(await supabase.addProject(wish));
}

const REMOVAL_SECONDS = 60;
const REMOVAL_POLL_MILLISECONDS = 200;

/** A project that a killed run left half made can be deleted once it is up. */
async function removeProject(supabase: SupabaseServer, ref: string): Promise<void> {
  const api = openManagementApi({ ...supabase, clock: () => new Date() });
  const deadline = performance.now() + REMOVAL_SECONDS * 1000;
  while (await supabase.findProject(ref)) {
    try {
      await deleteProject(api, ref);
    } catch (error) {
      const { code } = error as ApiError;
      if (code !== "SUPABASE_REFUSED" && code !== "SUPABASE_NOT_FOUND") throw error;
      if (performance.now() > deadline) throw error;
      await sleep(REMOVAL_POLL_MILLISECONDS);
    }
  }
}
