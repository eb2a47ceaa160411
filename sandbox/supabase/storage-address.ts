import type { Platform } from "./platform.ts";

/** Everything that a client of a project's Storage needs. */
export interface StorageAddress {
  /** Of its S3 endpoint; path style. */
  readonly endpoint: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Base of the HTTP routes, e.g. `…/storage/v1/object/…` follows it. */
  readonly url: string;
  /** Bearer token of the HTTP routes. */
  readonly serviceKey: string;
}

/** @param endpoint of the simulator */
export function storageAddress(platform: Platform, ref: string, endpoint: string): StorageAddress {
  const { region, s3Keys, apiKeys } = platform.project(ref);
  const url = `${endpoint}/projects/${ref}`;
  return {
    endpoint: `${url}/storage/v1/s3`,
    region,
    ...s3Keys,
    url,
    serviceKey: apiKeys.find(({ id }) => id === "service_role")?.value ?? "",
  };
}
