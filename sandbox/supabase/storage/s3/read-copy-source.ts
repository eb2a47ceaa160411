import type { IncomingHttpHeaders } from "node:http";
import type { ObjectAddress } from "../read-object.ts";
import { refusals } from "../storage-refusal.ts";

/** @throws StorageRefusal InvalidRequest, NoSuchKey for a path that cannot be decoded */
export function readCopySource(headers: IncomingHttpHeaders): ObjectAddress {
  const raw = String(headers["x-amz-copy-source"] ?? "");
  let path: string;
  try {
    path = decodeURIComponent(raw.replace(/^\//, ""));
  } catch {
    throw refusals.noSuchKey();
  }
  const slash = path.indexOf("/");
  if (slash < 1 || slash === path.length - 1) throw refusals.missingParameter("CopySource");
  return { bucket: path.slice(0, slash), key: path.slice(slash + 1) };
}
