import { resolveSecret } from "../../jobs/resolve-secret.ts";
import { StorageSource } from "../../jobs/storage/storage-source.ts";
import { HoldfastError } from "../../plan/holdfast-error.ts";
import type { ProjectPlan } from "../../plan/protection-plan.ts";
import { storageEndpoint } from "../../supabase/storage-endpoint.ts";

/** Of a project whose plan names none. @see https://supabase.com/docs/guides/storage/s3/authentication */
const DEFAULT_REGION = "us-east-1";

/**
 * Opens a project's Storage as its plan says. The caller closes it.
 * @throws HoldfastError STORAGE_ACCESS_MISSING (exit 2), and those of the secrets
 */
export async function openStorageSource(project: ProjectPlan): Promise<StorageSource> {
  const { storageAccess: access, ref, name } = project;
  const endpoint = access?.endpoint ?? (ref && storageEndpoint(ref));
  if (access === undefined || endpoint === undefined) {
    throw new HoldfastError({
      code: "STORAGE_ACCESS_MISSING",
      message: `The plan of ${name} does not say how its Storage is read.`,
      hint: "Add storageAccess: {accessKeyId: {env: …}, secretAccessKey: {env: …}}, and the project's ref or storageAccess.endpoint.",
      exitCode: 2,
    });
  }
  return new StorageSource({
    endpoint,
    region: project.region ?? DEFAULT_REGION,
    accessKeyId: await resolveSecret(access.accessKeyId, `the S3 access key id of ${name}`),
    secretAccessKey: await resolveSecret(access.secretAccessKey, `the S3 secret key of ${name}`),
  });
}
