export interface StorageSourceSettings {
  /** The project's S3 endpoint. */
  readonly endpoint: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Of a project without S3 keys of its own: a JSON web token of it, whose role decides what is seen. */
  readonly sessionToken?: string | undefined;
  /** Without a byte the connection is given up. @default 30 */
  readonly idleSeconds?: number | undefined;
  /** Attempts of a request in all. @default 4 */
  readonly attempts?: number | undefined;
  /** @default 64 */
  readonly connections?: number | undefined;
}
