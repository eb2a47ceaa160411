/**
 * The S3 endpoint of a Supabase project's Storage.
 * @see https://supabase.com/docs/guides/storage/s3/authentication
 */
export const storageEndpoint = (ref: string): string => `https://${ref}.storage.supabase.co/storage/v1/s3`;
