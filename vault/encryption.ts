import { AlgorithmSuiteIdentifier, buildClient, CommitmentPolicy } from "@aws-crypto/client-node";

/**
 * Says what an object is; authenticated with it and checked when it is opened, so that an object that was moved
 * to another place is found out.
 */
export interface ChunkContext {
  readonly project: string;
  /** The recovery point's id. */
  readonly point: string;
  /** The chunk's path inside the point. */
  readonly chunk: string;
}

/** Larger frames are faster (4 KiB, the library's default, costs 15 times the time); each is authenticated alone. */
export const FRAME_BYTES = 1024 * 1024;

/**
 * AES-256-GCM with HKDF-SHA-512 and key commitment (0x0478).
 * @see https://docs.aws.amazon.com/encryption-sdk/latest/developer-guide/supported-algorithms.html
 */
export const SUITE = AlgorithmSuiteIdentifier.ALG_AES256_GCM_IV12_TAG16_HKDF_SHA512_COMMIT_KEY;

/** Refuses messages without key commitment, in both directions. */
export const encryptionClient = buildClient({
  commitmentPolicy: CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT,
  // Vault key, replica key, escrow key; a message with more is not ours and would cost a call to KMS for each.
  maxEncryptedDataKeys: 3,
});

/** The library wants a plain record. */
export function contextRecord({ project, point, chunk }: ChunkContext): Record<string, string> {
  return { project, point, chunk };
}

/** True when a message's context is the expected one. */
export function isContext(found: Readonly<Record<string, string>>, expected: ChunkContext): boolean {
  return (
    found.project === expected.project && found.point === expected.point && found.chunk === expected.chunk
  );
}
