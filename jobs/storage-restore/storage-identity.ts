const HOSTED = /^([a-z0-9]{20})\.(?:storage\.)?supabase\.(?:co|in|red)$/;

/**
 * Which Storage an S3 endpoint belongs to, however it is written: a Supabase project has two hosts for the same one.
 * @returns the project's ref, or host, port and path of any other endpoint; two of these are the same Storage when equal
 */
export function storageIdentity(endpoint: string): string {
  const { hostname, host, pathname } = new URL(endpoint);
  const ref = HOSTED.exec(hostname.toLowerCase())?.[1];
  return ref ?? `${host.toLowerCase()}${pathname.replace(/\/+$/, "")}`;
}
