import type { IncomingHttpHeaders } from "node:http";
import { refusals } from "./storage-refusal.ts";

const matches = (header: string, eTag: string): boolean =>
  header.split(",").some((item) => {
    const wanted = item.trim().replace(/^W\//, "").replaceAll('"', "");
    return wanted === "*" || wanted === eTag.replaceAll('"', "");
  });

/** Headers count in whole seconds. */
const seconds = (date: Date): number => Math.floor(date.getTime() / 1000);

/**
 * Whether the client has what it asks for already (304).
 * @throws StorageRefusal PreconditionFailed
 */
export function isUnchanged(headers: IncomingHttpHeaders, eTag: string, modified: Date): boolean {
  const { "if-match": match, "if-none-match": noneMatch } = headers;
  const { "if-modified-since": since, "if-unmodified-since": unmodified } = headers;
  if (match !== undefined) {
    if (!matches(match, eTag)) throw refusals.preconditionFailed();
  } else if (unmodified && seconds(modified) > seconds(new Date(unmodified)))
    throw refusals.preconditionFailed();
  if (noneMatch !== undefined) return matches(noneMatch, eTag);
  return since !== undefined && seconds(modified) <= seconds(new Date(since));
}
