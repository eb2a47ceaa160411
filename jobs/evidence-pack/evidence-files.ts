import { canonicalJson } from "../../vault/canonical-json.ts";
import { type EvidenceRecord, evidenceBytes } from "../../vault/evidence/evidence-record.ts";
import type { PackInput } from "./pack-chapter.ts";

/** Paths within a pack. */
export const RECORDS_FILE = "evidence/records.jsonl";
export const SEALS_FILE = "evidence/seals.csv";
export const HEAD_FILE = "evidence/head.txt";
export const PUBLIC_KEY_FILE = "evidence/public-key.pem";

const SEAL_FIELDS = ["sequence", "sha256", "algorithm", "key", "signature"];

/**
 * The chain as it can be checked without Holdfast: a line is exactly what is hashed and signed of a record, its hash and
 * signature stand in the same line of the seals, below their head.
 */
export function evidenceFiles({
  records,
  publicKeyPem,
}: Pick<PackInput, "records" | "publicKeyPem">): Record<string, string> {
  const head = records.at(-1)?.hash;
  return {
    [RECORDS_FILE]: records.map((record) => `${evidenceBytes(record).toString("utf8")}\n`).join(""),
    [SEALS_FILE]: [SEAL_FIELDS.join(","), ...records.map(sealOf)].map((line) => `${line}\n`).join(""),
    ...(head === undefined ? {} : { [HEAD_FILE]: `${head}\n` }),
    ...(publicKeyPem === undefined ? {} : { [PUBLIC_KEY_FILE]: publicKeyPem }),
  };
}

/** No field of it can hold a comma: numbers, hex, base64, and names of keys. */
function sealOf({ sequence, hash, signature }: EvidenceRecord): string {
  return [
    sequence,
    hash,
    signature?.algorithm ?? "",
    signature?.keyId.replaceAll(",", " ") ?? "",
    signature?.value ?? "",
  ].join(",");
}

/**
 * The records that two such files hold, in order, for `verifyEvidence`: what is no record comes as its text.
 * @param recordLines text of `records.jsonl`
 * @param seals text of `seals.csv`
 */
export function recordsOf(recordLines: string, seals: string): unknown[] {
  const sealLines = linesOf(seals).slice(1);
  const records = linesOf(recordLines);
  const count = Math.max(records.length, sealLines.length);
  return Array.from({ length: count }, (_, index) => sealed(records[index] ?? "", sealLines[index] ?? ""));
}

const linesOf = (text: string) => text.split("\n").slice(0, text.endsWith("\n") ? -1 : undefined);

function sealed(line: string, seal: string): unknown {
  const [, hash, algorithm, keyId, value] = seal.split(",");
  try {
    const content: unknown = JSON.parse(line);
    // Other text of the same content, as one with a key given twice, is not what was hashed.
    if (canonicalJson(content) !== line) return line;
    return { ...Object(content), hash, ...(algorithm ? { signature: { keyId, algorithm, value } } : {}) };
  } catch {
    return line;
  }
}
