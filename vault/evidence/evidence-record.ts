import { createHash } from "node:crypto";
import { z } from "zod";
import { canonicalJson } from "../canonical-json.ts";

/** `previousHash` of the first record of a chain. */
export const FIRST_PREVIOUS_HASH = "0".repeat(64);

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, "64 hex digits");

const EvidenceSignature = z.strictObject({
  keyId: z.string().min(1),
  algorithm: z.enum(["ECDSA_SHA_256", "ED25519"]),
  value: z.base64(),
});

/**
 * One link of an environment's evidence: what was done, when, and the hash of the record before it. Strict: a field
 * that this version does not know would not be covered by its check.
 */
export const EvidenceRecord = z.strictObject({
  format: z.literal("holdfast.evidence"),
  version: z.literal(1),
  /** 1, 2, 3 … without a gap. */
  sequence: z.int().positive(),
  at: z.iso.datetime(),
  /** E.g. `backup`, `restore`, `verify`, `drill`, `audit`, `sign-off`. */
  kind: z.string().regex(/^[a-z][a-z0-9-]{0,63}$/),
  environment: z.string().min(1),
  project: z.string().optional(),
  body: z.record(z.string(), z.json()),
  previousHash: sha256,
  hash: sha256,
  signature: EvidenceSignature.optional(),
});
export type EvidenceRecord = z.infer<typeof EvidenceRecord>;

/** A record before it is hashed and signed. */
export type EvidenceContent = Omit<EvidenceRecord, "hash" | "signature">;

/**
 * The bytes that are hashed and signed: the record without `hash` and `signature`, as JSON with sorted keys and no
 * white space. With them any tool checks a record: `sha256sum`, and `openssl dgst -sha256 -verify` or `pkeyutl`.
 */
export function evidenceBytes(record: EvidenceContent | EvidenceRecord): Buffer {
  const { hash: _, signature: __, ...content } = { hash: undefined, signature: undefined, ...record };
  return Buffer.from(canonicalJson(content));
}

/** SHA-256 of the record's bytes, hex. */
export function evidenceHash(record: EvidenceContent | EvidenceRecord): string {
  return createHash("sha256").update(evidenceBytes(record)).digest("hex");
}
