import type { IncomingMessage } from "node:http";
import type { StorageAnswer } from "../storage-answer.ts";
import type { StorageContext } from "../storage-context.ts";
import type { CheckedRequest } from "./check-signature.ts";

/** A request whose signature is checked. */
export interface S3Call {
  readonly context: StorageContext;
  /** Empty where the path names none. */
  readonly bucket: string;
  readonly key: string;
  readonly query: ReadonlyMap<string, string>;
  readonly headers: IncomingMessage["headers"];
  readonly incoming: IncomingMessage;
  readonly checked: CheckedRequest;
}

export type S3Operation = (call: S3Call) => Promise<StorageAnswer>;

export function xmlAnswer(body: string): StorageAnswer {
  return { status: 200, headers: { "content-type": "application/xml" }, body };
}

/**
 * A whole number of the query.
 * @param most what a larger number counts as
 * @returns `most` when the query lacks it or it is 0, as the service takes it
 */
export function countOf(query: ReadonlyMap<string, string>, name: string, most: number): number {
  const value = Number(query.get(name) ?? 0);
  return Number.isInteger(value) && value > 0 ? Math.min(value, most) : most;
}
