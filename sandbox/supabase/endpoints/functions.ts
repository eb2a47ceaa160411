import { createHash, randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";
import { Refusal } from "../answer.ts";
import { type Endpoint, endpoint, type RawRequest } from "../endpoint.ts";
import type { Platform } from "../platform.ts";
import type { FunctionRecord } from "../state/project-record.ts";

const slugShape = z.string().regex(/^[A-Za-z][A-Za-z0-9_-]*$/);
const metadataShape = z.object({
  entrypoint_path: z.string(),
  import_map_path: z.string().optional(),
  static_patterns: z.array(z.string()).optional(),
  verify_jwt: z.boolean().optional(),
  name: z.string().optional(),
});

type Metadata = z.infer<typeof metadataShape>;

const shown = (one: FunctionRecord) => ({
  id: one.id,
  slug: one.slug,
  name: one.name,
  status: one.status,
  version: one.version,
  created_at: Date.parse(one.createdAt),
  updated_at: Date.parse(one.updatedAt),
  verify_jwt: one.verifyJwt,
  import_map: one.importMap,
  ...(one.entrypointPath === undefined ? {} : { entrypoint_path: one.entrypointPath }),
  ...(one.importMapPath === undefined ? {} : { import_map_path: one.importMapPath }),
  ezbr_sha256: one.sha256,
});

const bodyFile = (platform: Platform, ref: string, slug: string): string =>
  join(platform.store.projectDirectory(ref), "functions", slug);

function functionOf(platform: Platform, ref: string, slug: string | undefined): FunctionRecord {
  const found = platform.project(ref).functions.find((one) => one.slug === slug);
  if (!found) throw new Refusal(404, "Function not found");
  return found;
}

/** UNVERIFIED texts. @throws Refusal 400 */
async function readMetadata({ body, headers }: RawRequest): Promise<Metadata> {
  const contentType = headers["content-type"] ?? "";
  if (!contentType.startsWith("multipart/form-data"))
    throw new Refusal(400, "metadata: Invalid input: expected object, received undefined");
  let form: FormData;
  try {
    form = await new Response(new Uint8Array(body), { headers: { "content-type": contentType } }).formData();
  } catch {
    throw new Refusal(400, "Multipart: invalid body");
  }
  const given = form.get("metadata");
  const text = given instanceof Blob ? await given.text() : given;
  const metadata = metadataShape.safeParse(text === null ? undefined : JSON.parse(text));
  if (!metadata.success) throw new Refusal(400, `metadata: ${metadata.error.issues[0]?.message}`);
  if (form.getAll("file").length === 0) throw new Refusal(400, "file: at least one file is needed");
  return metadata.data;
}

function store(platform: Platform, ref: string, slug: string, body: Buffer): void {
  const file = bodyFile(platform, ref, slug);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, body, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

/** Edge Functions; a body is kept and given back as it was uploaded. */
export const functionEndpoints: readonly Endpoint[] = [
  endpoint({
    method: "GET",
    path: "/v1/projects/{ref}/functions",
    handle: (platform, { ref }) => ({ status: 200, body: platform.project(ref).functions.map(shown) }),
  }),
  endpoint({
    method: "GET",
    path: "/v1/projects/{ref}/functions/{function_slug}",
    handle: (platform, { ref, parameters }) => ({
      status: 200,
      body: shown(functionOf(platform, ref, parameters.function_slug)),
    }),
  }),
  endpoint({
    method: "GET",
    path: "/v1/projects/{ref}/functions/{function_slug}/body",
    handle: (platform, { ref, parameters }) => {
      const { slug, contentType } = functionOf(platform, ref, parameters.function_slug);
      const file = bodyFile(platform, ref, slug);
      if (!existsSync(file)) throw new Refusal(404, "Function not found");
      return { status: 200, body: readFileSync(file), headers: { "content-type": contentType } };
    },
  }),
  endpoint({
    method: "POST",
    path: "/v1/projects/{ref}/functions/deploy",
    options: z.object({
      slug: slugShape.optional(),
      bundleOnly: z
        .enum(["true", "false"])
        .transform((text) => text === "true")
        .optional(),
    }),
    handle: async (platform, request) => {
      const { ref, options, body, headers } = request;
      const { functions } = platform.project(ref);
      const metadata = await readMetadata(request);
      const slug = options.slug ?? slugShape.safeParse(metadata.name).data;
      if (slug === undefined)
        throw new Refusal(400, "slug: Invalid input: expected string, received undefined");
      const before = functions.find((one) => one.slug === slug);
      const now = platform.clock().toISOString();
      const deployed: FunctionRecord = {
        id: before?.id ?? randomUUID(),
        slug,
        name: metadata.name ?? before?.name ?? slug,
        status: "ACTIVE",
        version: (before?.version ?? 0) + 1,
        createdAt: before?.createdAt ?? now,
        updatedAt: now,
        verifyJwt: metadata.verify_jwt ?? before?.verifyJwt ?? true,
        importMap: metadata.import_map_path !== undefined,
        entrypointPath: metadata.entrypoint_path,
        ...(metadata.import_map_path === undefined ? {} : { importMapPath: metadata.import_map_path }),
        sha256: createHash("sha256").update(body).digest("hex"),
        contentType: headers["content-type"] ?? "application/octet-stream",
      };
      if (options.bundleOnly !== true) {
        store(platform, ref, slug, body);
        const others = platform.project(ref).functions.filter((one) => one.slug !== slug);
        platform.update(ref, { functions: [...others, deployed] });
      }
      return { status: 201, body: shown(deployed) };
    },
  }),
  endpoint({
    method: "DELETE",
    path: "/v1/projects/{ref}/functions/{function_slug}",
    handle: (platform, { ref, parameters }) => {
      const { slug } = functionOf(platform, ref, parameters.function_slug);
      const { functions } = platform.project(ref);
      platform.update(ref, { functions: functions.filter((one) => one.slug !== slug) });
      rmSync(bodyFile(platform, ref, slug), { force: true });
      return { status: 200 };
    },
  }),
];
