import { resolveSecret } from "../../jobs/resolve-secret.ts";
import type { TargetStorage } from "../../jobs/storage/check-references.ts";
import { StorageSource } from "../../jobs/storage/storage-source.ts";
import { HoldfastError } from "../../plan/holdfast-error.ts";

/** How a command is told where the stored objects of a restored database are; keys never stand in argv. */
export const TARGET_STORAGE_OPTIONS = {
  "target-storage": {
    type: "string",
    placeholder: "URL",
    description: "S3 endpoint of the target's stored objects, or the word mirror",
  },
  "target-bucket": {
    type: "string",
    placeholder: "NAME",
    description: "how the bucket is called there, when it is not as in the point",
  },
  "target-storage-region": {
    type: "string",
    placeholder: "REGION",
    description: "region of that endpoint; the vault's unless given",
  },
  "target-storage-keys": {
    type: "string",
    placeholder: "NAMES",
    default: "TARGET_STORAGE_ACCESS_KEY_ID,TARGET_STORAGE_SECRET_ACCESS_KEY",
    description: "environment variables that hold its access key id and its secret key, with a comma between",
  },
} as const;

/** Close an endpoint's source after use. */
export type ReadTargetStorage = TargetStorage & { close(): void };

/** @throws HoldfastError USAGE, SECRET_MISSING (exit 2) */
export async function readTargetStorage(
  options: {
    readonly "target-storage"?: string | undefined;
    readonly "target-bucket"?: string | undefined;
    readonly "target-storage-region"?: string | undefined;
    readonly "target-storage-keys": string;
  },
  vaultRegion: string,
): Promise<ReadTargetStorage | undefined> {
  const endpoint = options["target-storage"];
  if (endpoint === undefined) return undefined;
  if (endpoint === "mirror") return { kind: "mirror", close: () => undefined };
  const [id, secret, ...others] = options["target-storage-keys"].split(",");
  if (!URL.canParse(endpoint) || !id || !secret || others.length > 0) {
    throw new HoldfastError({
      code: "USAGE",
      message: "The storage of the target is not named as it must be",
      hint: "Give --target-storage an http or https URL or the word mirror, and --target-storage-keys two names: ID_VARIABLE,SECRET_VARIABLE.",
      exitCode: 2,
    });
  }
  const source = new StorageSource({
    endpoint,
    region: options["target-storage-region"] ?? vaultRegion,
    accessKeyId: await resolveSecret({ env: id }, "the access key id of the target's storage"),
    secretAccessKey: await resolveSecret({ env: secret }, "the secret key of the target's storage"),
  });
  return { kind: "endpoint", source, bucket: options["target-bucket"], close: () => source.close() };
}
