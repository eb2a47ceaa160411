import { HoldfastError } from "../plan/holdfast-error.ts";
import { awsErrorFacts, isUnavailable } from "./aws-error.ts";

/**
 * The error of a failed call to KMS, or of an encryption or decryption that failed because of one.
 * The encryption library folds the errors of all keys it tried into one message, so names are sought in the text.
 */
export function keyError(error: unknown, what: string): HoldfastError | undefined {
  if (error instanceof HoldfastError) return error;
  const facts = awsErrorFacts(error);
  const text = `${facts.name}: ${facts.message}`;
  for (const { pattern, code, message, hint } of EXPLAINED) {
    if (pattern.test(text))
      return new HoldfastError({ code, message: `${what}: ${message}.`, hint, cause: error });
  }
  if (isUnavailable(facts)) return unavailable(what, error);
  return undefined;
}

function unavailable(what: string, cause: unknown): HoldfastError {
  return new HoldfastError({
    code: "KEY_SERVICE_UNAVAILABLE",
    message: `${what}: KMS did not answer.`,
    hint: "Check the network, vault.region and vault.kmsEndpoint; to read without KMS give the escrow private key.",
    cause,
  });
}

interface Explained {
  readonly pattern: RegExp;
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

const EXPLAINED: readonly Explained[] = [
  {
    pattern: /DisabledException|is disabled/,
    code: "KEY_UNAVAILABLE",
    message: "the KMS key is disabled",
    hint: "Enable it: aws kms enable-key --key-id KEY; until then points open with the replica key or the escrow key.",
  },
  {
    pattern: /KMSInvalidStateException|pending deletion|PendingDeletion|pending import/i,
    code: "KEY_UNAVAILABLE",
    message: "the KMS key is pending deletion, or not ready",
    hint: "Cancel at once: aws kms cancel-key-deletion --key-id KEY, then aws kms enable-key --key-id KEY.",
  },
  {
    pattern: /\bNotFoundException/,
    code: "KEY_UNAVAILABLE",
    message: "the KMS key does not exist",
    hint: "Correct vault.keys in the plan; if the key was deleted, open points with the replica key or the escrow key.",
  },
  {
    pattern: /AccessDenied|not authorized/,
    code: "KEY_ACCESS_DENIED",
    message: "access to the KMS key was denied",
    hint: "Allow kms:GenerateDataKey, kms:Encrypt, kms:Decrypt and kms:DescribeKey to the role that runs this command.",
  },
  {
    pattern: /CredentialsProviderError/,
    code: "KEY_CREDENTIALS_MISSING",
    message: "no credentials for KMS were found",
    hint: "Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run with a role.",
  },
  {
    pattern: /ExpiredToken|UnrecognizedClientException|InvalidSignatureException|InvalidClientTokenId/,
    code: "KEY_CREDENTIALS_REFUSED",
    message: "the credentials in use were refused by KMS",
    hint: "Renew them; `aws sts get-caller-identity` shows which are used.",
  },
  {
    pattern: /InvalidKeyUsageException|InvalidGrantTokenException/,
    code: "KEY_UNAVAILABLE",
    message: "the KMS key is of the wrong kind",
    hint: "Use a symmetric key (SYMMETRIC_DEFAULT, ENCRYPT_DECRYPT) for vault.keys.kms and replicaKms.",
  },
  {
    pattern: /InvalidCiphertextException|IncorrectKeyException/,
    code: "KEY_DOES_NOT_OPEN",
    message: "the KMS key does not open it",
    hint: "Name the key that the manifest's `keys` shows in vault.keys, or give the escrow private key.",
  },
  {
    // Only when no other reason was found: a KMS error text can hold several.
    pattern:
      /ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ETIMEDOUT|TimeoutError|socket hang up|KMSInternalException/,
    code: "KEY_SERVICE_UNAVAILABLE",
    message: "KMS did not answer",
    hint: "Check the network, vault.region and vault.kmsEndpoint; to read without KMS give the escrow private key.",
  },
];
