/** What goes wrong with a request. */
export type StorageFault =
  /** Answered at once; nothing is done. @property code @default "SlowDown" */
  | { readonly kind: "status"; readonly status: number; readonly code?: string }
  /** Never answered; nothing is done. */
  | { readonly kind: "hang" }
  /** The connection is reset before anything is done. */
  | { readonly kind: "reset" }
  /** Done as asked; then the connection breaks without an answer. */
  | { readonly kind: "lost-answer" }
  /** The answer's body ends after so many bytes, the connection with it. */
  | { readonly kind: "truncate"; readonly afterBytes: number }
  /** One bit of the answer's body is another. */
  | { readonly kind: "wrong-bytes" };

/** A request as the fault hook sees it. */
export interface StorageRequest {
  readonly method: string;
  /** Path after the prefix and query, as they came. */
  readonly url: string;
  /** Absent where the path names none, or none that can be read. */
  readonly bucket?: string;
  readonly key?: string;
}
