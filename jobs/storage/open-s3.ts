import { S3Client, type S3ClientConfig } from "@aws-sdk/client-s3";
import type { StorageSourceSettings } from "./storage-source-settings.ts";

/**
 * A client of a project's S3 endpoint whose every request ends: bounded attempts, bounded silence.
 * @param settings with attempts in all; the other fields as their defaults say
 */
export function openS3(
  settings: StorageSourceSettings & { readonly attempts: number },
  more: Pick<S3ClientConfig, "responseChecksumValidation"> = {},
): S3Client {
  const { idleSeconds = 30, connections = 64 } = settings;
  const agent = { keepAlive: true, maxSockets: connections };
  return new S3Client({
    endpoint: settings.endpoint,
    region: settings.region,
    forcePathStyle: true,
    credentials: settings,
    maxAttempts: settings.attempts,
    ...more,
    requestHandler: {
      connectionTimeout: 5_000,
      requestTimeout: idleSeconds * 1000,
      throwOnRequestTimeout: true,
      socketTimeout: idleSeconds * 1000,
      httpAgent: agent,
      httpsAgent: agent,
    },
  });
}
