export interface UploadResult {
  /** Stored size. */
  readonly bytes: number;
  /** Of the stored bytes, hex. */
  readonly sha256: string;
  /** Absent in a bucket without versions. */
  readonly versionId?: string;
  readonly parts: number;
}
