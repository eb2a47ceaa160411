import { resolveSecret } from "../../jobs/resolve-secret.ts";
import type { StorageRestoreRequest } from "../../jobs/restore-storage.ts";
import { HoldfastError } from "../../plan/holdfast-error.ts";
import { storageEndpoint } from "../../supabase/storage-endpoint.ts";
import { readTarget, TARGET_OPTIONS } from "./target-options.ts";

/** How a command is told where stored objects are restored to; keys never stand in argv. */
export const STORAGE_RESTORE_OPTIONS = {
  ...TARGET_OPTIONS,
  "target-project": { type: "string", placeholder: "REF", description: "ref of the new Supabase project" },
  "target-endpoint": {
    type: "string",
    placeholder: "URL",
    description: "S3 endpoint, when it is not the project's own",
  },
  "target-bucket": {
    type: "string",
    placeholder: "NAME",
    description: "an empty plain S3 bucket instead of a project's",
  },
  "target-region": {
    type: "string",
    placeholder: "REGION",
    description: "region of the endpoint; the vault's unless given",
  },
  "target-keys": {
    type: "string",
    placeholder: "NAMES",
    default: "TARGET_STORAGE_ACCESS_KEY_ID,TARGET_STORAGE_SECRET_ACCESS_KEY",
    description: "environment variables that hold the access key id and the secret key, with a comma between",
  },
} as const;

export interface StorageTargetOptions {
  readonly "target-env"?: string | undefined;
  readonly "target-file"?: string | undefined;
  readonly "target-project"?: string | undefined;
  readonly "target-endpoint"?: string | undefined;
  readonly "target-bucket"?: string | undefined;
  readonly "target-region"?: string | undefined;
  readonly "target-keys": string;
}

/** Of a project the bucket is called as in the point, which is not known here. */
export type StorageRestoreTarget = Omit<StorageRestoreRequest["target"], "bucket"> & {
  readonly bucket?: string;
};

/** @throws HoldfastError USAGE, SECRET_MISSING, DATABASE_URL_INVALID (exit 2) */
export async function readStorageTarget(
  options: StorageTargetOptions,
  vaultRegion: string,
): Promise<StorageRestoreTarget> {
  const { "target-project": ref, "target-bucket": bucket } = options;
  const endpoint = options["target-endpoint"] ?? (ref && storageEndpoint(ref));
  const database = await readTarget(options);
  if (endpoint === undefined || !URL.canParse(endpoint))
    throw usage(
      "no target is named by a ref or a URL",
      "Give --target-project REF, or --target-endpoint URL.",
    );
  if (ref !== undefined && !/^[a-z0-9]{20}$/.test(ref))
    throw usage(`${JSON.stringify(ref)} is no project's ref`, "A ref has 20 lower-case letters and digits.");
  if ((database === undefined) === (bucket === undefined))
    throw usage(
      "the target is either a project, with its database, or a plain bucket",
      "Give --target-env NAME (the URL of the new project's database, restored before), or --target-bucket NAME.",
    );
  const [id, secret, ...others] = options["target-keys"].split(",");
  if (!id || !secret || others.length > 0)
    throw usage("--target-keys must name two variables", "Give --target-keys ID_VARIABLE,SECRET_VARIABLE.");
  return {
    endpoint,
    region: options["target-region"] ?? vaultRegion,
    accessKeyId: await resolveSecret({ env: id }, "the access key id of the target"),
    secretAccessKey: await resolveSecret({ env: secret }, "the secret key of the target"),
    ...(database && { database }),
    ...(bucket !== undefined && { bucket }),
  };
}

const usage = (message: string, hint: string) =>
  new HoldfastError({ code: "USAGE", message: `The target cannot be read: ${message}`, hint, exitCode: 2 });
