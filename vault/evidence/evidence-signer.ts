export type SignatureAlgorithm = "ECDSA_SHA_256" | "ED25519";

export interface EvidenceSignature {
  /** KMS key ARN, or `sha256:<hex>` of the public key's DER for a local key. */
  readonly keyId: string;
  readonly algorithm: SignatureAlgorithm;
  /** Base64. ECDSA signatures are DER encoded. */
  readonly value: string;
}

/** Signs the canonical bytes of an evidence record. */
export interface EvidenceSigner {
  sign(message: Uint8Array): Promise<EvidenceSignature>;
  /** The public half, for offline verification: PEM (SPKI). */
  publicKeyPem(): Promise<string>;
}
