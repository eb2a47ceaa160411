import { createHash, hash } from "node:crypto";
import { HoldfastError } from "../../plan/holdfast-error.ts";
import type { Manifest } from "../../vault/manifest.ts";
import { readIndex } from "../../vault/mirror/read-index.ts";
import type { Vault } from "../../vault/vault.ts";
import type { InventoryMatch } from "../storage/match-inventory.ts";
import { matchInventory } from "../storage/match-inventory.ts";
import { readInventory } from "../storage/read-inventory.ts";
import type { Check } from "../verdict.ts";
import { ImageDamaged, inspectImage } from "./inspect-image.ts";

export interface SpotCheckRequest {
  readonly vault: Vault;
  readonly manifest: Manifest;
  /** Of the point, under the same name in the restored project. */
  readonly bucket: string;
  /** The restored project's Storage API, e.g. `https://<ref>.supabase.co/storage/v1`. */
  readonly api: string;
  /** The project's service key. */
  readonly serviceKey: string;
  /** Objects looked at, 1 or more. @default 20 */
  readonly objects?: number | undefined;
  /** Chooses the objects: another word, others. @default the point's id */
  readonly seed?: string | undefined;
  /** Without an answer so long it counts as failed, seconds. @default 30 */
  readonly timeoutSeconds?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A larger object is not fetched: the check is one of routes and rights, and holds what it reads in memory. */
const LARGEST_BYTES = 32 * 1024 * 1024;
const EXPIRES_SECONDS = 60;

/**
 * Fetches some objects as a client of the application does: by a signed URL, without any key. Size and hash must be the
 * point's, and an image must be whole and have dimensions. One check for each object; none for a bucket without any.
 *
 * @throws HoldfastError POINT_WITHOUT_INVENTORY, POINT_WITHOUT_BUCKET, SERVICE_KEY_REFUSED (exit 2), and those of the
 * vault; what the project does not give is a failed check
 */
export async function spotCheck(request: SpotCheckRequest): Promise<Check[]> {
  const checks: Check[] = [];
  for (const match of await choose(request)) {
    request.signal?.throwIfAborted();
    checks.push(await checkOne(request, match));
  }
  return checks;
}

/** The objects whose hashed names come first: the same for everyone who asks, in one pass over any number. */
async function choose(request: SpotCheckRequest): Promise<InventoryMatch[]> {
  const { vault, manifest, bucket, objects = 20, seed = manifest.id } = request;
  const index = await readIndex({ vault, project: manifest.project, bucket });
  let chosen: { readonly rank: string; readonly match: InventoryMatch }[] = [];
  for await (const match of matchInventory(readInventory(vault, manifest, bucket), index.entries())) {
    if (match.indexRow === undefined || match.indexRow.size > LARGEST_BYTES) continue;
    const rank = hash("sha256", `${seed}/${match.row.name}`);
    if (chosen.length === objects && rank >= (chosen.at(-1)?.rank ?? "")) continue;
    chosen = [...chosen, { rank, match }].sort((a, b) => (a.rank < b.rank ? -1 : 1)).slice(0, objects);
  }
  return chosen.map(({ match }) => match);
}

async function checkOne(request: SpotCheckRequest, { row, indexRow }: InventoryMatch): Promise<Check> {
  const name = `signed URL of ${request.bucket}/${row.name}`;
  const fail = (detail: string): Check => ({ name, verdict: "FAIL", detail });
  try {
    const bytes = await fetchSigned(request, row.name);
    const { size, sha256 } = indexRow ?? {};
    if (bytes.length !== size) return fail(`${bytes.length} bytes came; the point has ${size}`);
    if (createHash("sha256").update(bytes).digest("hex") !== sha256)
      return fail(`${size} bytes as expected, but another content than the point's`);
    const isImage = row.contentType?.startsWith("image/") === true && row.contentType !== "image/svg+xml";
    const image = isImage ? inspectImage(bytes) : undefined;
    const seen = image ? `, a ${image.format} of ${image.width} × ${image.height}` : "";
    return { name, verdict: "PASS", detail: `${size} bytes as in the point${seen}` };
  } catch (error) {
    request.signal?.throwIfAborted();
    if (error instanceof HoldfastError && error.exitCode === 2) throw error;
    // The bytes are those of the point: the picture was broken before.
    if (error instanceof ImageDamaged)
      return {
        name,
        verdict: "PARTIAL",
        detail: `the point's own bytes, but no whole image: ${error.message}`,
      };
    return fail(error instanceof Error ? error.message : String(error));
  }
}

/** @see https://supabase.com/docs/reference/javascript/storage-from-createsignedurl */
async function fetchSigned(request: SpotCheckRequest, name: string): Promise<Buffer> {
  const { bucket, serviceKey, timeoutSeconds = 30 } = request;
  const api = request.api.replace(/\/+$/, "");
  const path = [bucket, ...name.split("/")].map(encodeURIComponent).join("/");
  const signal = () =>
    AbortSignal.any([
      AbortSignal.timeout(timeoutSeconds * 1000),
      ...(request.signal ? [request.signal] : []),
    ]);
  const signed = await fetch(`${api}/object/sign/${path}`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${serviceKey}`,
      apikey: serviceKey,
      "content-type": "application/json",
    },
    body: JSON.stringify({ expiresIn: EXPIRES_SECONDS }),
    signal: signal(),
  });
  const answer = (await signed.json().catch(() => ({}))) as { signedURL?: unknown; statusCode?: unknown };
  if ([signed.status, Number(answer.statusCode)].some((status) => status === 401 || status === 403))
    throw keyRefused(api);
  if (!signed.ok || typeof answer.signedURL !== "string")
    throw new Error(`signing was answered with status ${signed.status}`);
  // As a client: nothing but the URL.
  const fetched = await fetch(`${api}${answer.signedURL}`, { signal: signal() });
  if (!fetched.ok) throw new Error(`the signed URL was answered with status ${fetched.status}`);
  return Buffer.from(await fetched.arrayBuffer());
}

function keyRefused(api: string): HoldfastError {
  return new HoldfastError({
    code: "SERVICE_KEY_REFUSED",
    message: `${api} refused the service key.`,
    hint: "Put the restored project's own service_role key into the variable; that of the source does not open it.",
    exitCode: 2,
  });
}
