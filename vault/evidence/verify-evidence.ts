import { createPublicKey, type KeyObject, verify } from "node:crypto";
import { HoldfastError } from "../../plan/holdfast-error.ts";
import { EvidenceRecord, evidenceBytes, evidenceHash, FIRST_PREVIOUS_HASH } from "./evidence-record.ts";

export interface EvidenceProblem {
  /** Position in the list, from 1; the sequence that should stand there. */
  readonly sequence: number;
  readonly problem: string;
}

export interface EvidenceVerdict {
  readonly isIntact: boolean;
  readonly records: number;
  /** Records whose signature was checked with a given key. */
  readonly signed: number;
  readonly problems: readonly EvidenceProblem[];
  /** Hash of the last record: noted elsewhere, it proves later that nothing was cut off. */
  readonly head?: string;
}

export interface VerifyEvidenceOptions {
  /** Hash of a record that must be in the chain, noted at an earlier time. */
  readonly expectedHead?: string | undefined;
}

/**
 * Checks a chain of evidence, without the vault and without a network: each record is whole and follows the one
 * before it, each signature is genuine, and nothing comes after the last signature (a signature covers, through the
 * hashes, every record before it, so a chain may start unsigned). Records cut off at the end show only against a
 * head noted earlier.
 * @param records in order, as stored
 * @param publicKeyPem of the signing key, or of all that were used; without it signatures are not checked
 * @throws HoldfastError PUBLIC_KEY_INVALID (exit 2)
 */
export function verifyEvidence(
  records: readonly unknown[],
  publicKeyPem?: string | readonly string[],
  { expectedHead }: VerifyEvidenceOptions = {},
): EvidenceVerdict {
  const keys = publicKeyPem === undefined ? undefined : [publicKeyPem].flat().map(readPublicKey);
  const problems: EvidenceProblem[] = [];
  const hashes = new Set<string>();
  let previous: { hash: string; environment?: string } = { hash: FIRST_PREVIOUS_HASH };
  let lastSigned = 0;
  let signed = 0;
  for (const [index, raw] of records.entries()) {
    const sequence = index + 1;
    const parsed = EvidenceRecord.safeParse(raw);
    if (!parsed.success) {
      problems.push({ sequence, problem: "is not an evidence record" });
      // What it held is lost; the next record's own link shows whether the chain goes on.
      previous = { hash: "" };
      continue;
    }
    const record = parsed.data;
    const found = checkRecord(record, sequence, previous);
    if (keys && record.signature) {
      if (isSignedBy(record, keys)) {
        signed += 1;
        lastSigned = sequence;
      } else found.push("its signature does not fit any given public key");
    }
    for (const problem of found) problems.push({ sequence, problem });
    previous = { hash: evidenceHash(record), environment: record.environment };
    hashes.add(previous.hash);
  }
  if (keys && lastSigned < records.length) {
    problems.push({ sequence: lastSigned + 1, problem: "no signature covers the records from here on" });
  }
  if (expectedHead !== undefined && !hashes.has(expectedHead)) {
    problems.push({ sequence: records.length, problem: `no record has the noted hash ${expectedHead}` });
  }
  const head = records.length > 0 && previous.hash ? { head: previous.hash } : {};
  return { isIntact: problems.length === 0, records: records.length, signed, problems, ...head };
}

function checkRecord(
  record: EvidenceRecord,
  sequence: number,
  previous: { readonly hash: string; readonly environment?: string },
): string[] {
  const problems: string[] = [];
  if (record.sequence !== sequence)
    problems.push(`carries the sequence ${record.sequence}: records are missing or were moved`);
  if (record.hash !== evidenceHash(record)) problems.push("was changed: its content does not have its hash");
  if (record.previousHash !== previous.hash) problems.push("does not follow the record before it");
  if (previous.environment !== undefined && record.environment !== previous.environment) {
    problems.push(`belongs to another environment, ${record.environment}`);
  }
  return problems;
}

function isSignedBy(record: EvidenceRecord, keys: readonly KeyObject[]): boolean {
  const { signature } = record;
  if (!signature) return false;
  const digest = signature.algorithm === "ED25519" ? null : "sha256";
  const kind = signature.algorithm === "ED25519" ? "ed25519" : "ec";
  const value = Buffer.from(signature.value, "base64");
  return keys.some(
    (key) => key.asymmetricKeyType === kind && verify(digest, evidenceBytes(record), key, value),
  );
}

function readPublicKey(pem: string): KeyObject {
  try {
    // A private key would do as well; its public half is what counts.
    return createPublicKey(pem);
  } catch {
    throw new HoldfastError({
      code: "PUBLIC_KEY_INVALID",
      message: "The public key of the evidence is not readable.",
      hint: "Give a PEM that starts with -----BEGIN PUBLIC KEY-----; `npm run evidence` prints the command that fetches it.",
      exitCode: 2,
    });
  }
}
