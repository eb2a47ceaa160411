import type { ManagementApi, RequestOptions } from "../management-api.ts";
import { type EdgeFunction, functionReply } from "./replies/function-reply.ts";

export interface FunctionFile {
  /** Relative, as the other files import it: `index.ts`, `lib/shop.ts`. */
  readonly path: string;
  readonly content: string | Uint8Array<ArrayBuffer>;
}

export interface FunctionSource {
  /** The name in its address: letters, digits, `_` and `-`, a letter first. */
  readonly slug: string;
  /** @default the slug */
  readonly name?: string;
  /** Path of the file that is run. */
  readonly entrypointPath: string;
  readonly importMapPath?: string;
  /** Patterns of files that are bundled besides the code. */
  readonly staticPatterns?: readonly string[];
  /** Whether a caller needs a valid token. @default Supabase's own, true */
  readonly verifyJwt?: boolean;
  readonly files: readonly FunctionFile[];
}

function deploymentForm(source: FunctionSource): FormData {
  const form = new FormData();
  const metadata = {
    entrypoint_path: source.entrypointPath,
    import_map_path: source.importMapPath,
    static_patterns: source.staticPatterns,
    verify_jwt: source.verifyJwt,
    name: source.name ?? source.slug,
  };
  form.append("metadata", JSON.stringify(metadata));
  for (const { path, content } of source.files) form.append("file", new Blob([content]), path);
  return form;
}

/**
 * Deploys an Edge Function from its source files; makes it when there is none of that slug.
 *
 * Never sent twice by the client, as each request makes a version. After `SUPABASE_OUTCOME_UNKNOWN`, deploy again or
 * compare `version` and `bundleSha256` with what they were.
 * @throws ApiError `SUPABASE_PLAN_REQUIRED` when the plan has no room for another function
 * @see https://supabase.com/docs/reference/api/v1-deploy-a-function
 */
export function deployFunction(
  api: ManagementApi,
  ref: string,
  source: FunctionSource,
  options?: RequestOptions,
): Promise<EdgeFunction> {
  return api.request(
    {
      method: "POST",
      path: "/v1/projects/{ref}/functions/deploy",
      parameters: { ref },
      query: { slug: source.slug },
      body: deploymentForm(source),
      status: 201,
      reply: functionReply,
    },
    options,
  );
}
