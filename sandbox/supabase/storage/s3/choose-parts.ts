import type { StoredPart } from "../blob-store.ts";
import type { PartRow } from "../rows/upload-rows.ts";
import { refusals, StorageRefusal } from "../storage-refusal.ts";
import { childText, parseXml } from "./parse-xml.ts";

const LEAST_PART_BYTES = 5 * 1024 * 1024;

interface WantedPart {
  readonly number: number;
  readonly eTag: string;
}

const bare = (eTag: string): string => eTag.trim().replaceAll('"', "");

function readWanted(text: string): WantedPart[] {
  if (text.trim() === "") return [];
  const document = parseXml(text);
  if (document.name !== "CompleteMultipartUpload") throw refusals.malformedXml();
  return document.children
    .filter(({ name }) => name === "Part")
    .map((part) => ({
      number: Number(childText(part, "PartNumber")),
      eTag: bare(childText(part, "ETag") ?? ""),
    }));
}

/**
 * The stored parts that an upload is completed with, in order.
 * @param text the request's document; without parts, every part that has a row is taken
 * @throws StorageRefusal MalformedXML, InvalidPartOrder, InvalidPart, EntityTooSmall
 */
export function choosePartsOf(
  text: string,
  stored: readonly StoredPart[],
  rows: readonly PartRow[],
): StoredPart[] {
  const listed = readWanted(text);
  const wanted = listed.length > 0 ? listed : rows.map(({ number, eTag }) => ({ number, eTag: bare(eTag) }));
  if (wanted.length === 0) throw refusals.malformedXml();
  const byName = new Map(stored.map((part) => [`${part.number}-${part.md5}`, part]));
  if (wanted.some(({ number }, index) => index > 0 && (wanted[index - 1]?.number ?? 0) >= number))
    throw new StorageRefusal(400, "InvalidPartOrder", "The list of parts was not in ascending order.");
  return wanted.map(({ number, eTag }, index) => {
    const part = byName.get(`${number}-${eTag}`);
    if (!part)
      throw new StorageRefusal(
        400,
        "InvalidPart",
        `Part ${number} was not found, or its entity tag differs.`,
      );
    if (index < wanted.length - 1 && part.bytes < LEAST_PART_BYTES)
      throw new StorageRefusal(
        400,
        "EntityTooSmall",
        `Part ${number} is smaller than the minimum allowed size.`,
      );
    return part;
  });
}
