/** Why there was no answer. */
export interface NetworkFault {
  /** For a person; holds no more than a code of the system. */
  readonly what: string;
  /** The request may have reached Supabase; `false` proves that it did not. */
  readonly sent: boolean;
  /** Another try will meet the same. */
  readonly lasting: boolean;
}

/** There was no connection, so nothing was sent. */
const UNCONNECTED: Readonly<Record<string, string>> = {
  ECONNREFUSED: "the connection was refused",
  ENOTFOUND: "the host's name is not known",
  EAI_AGAIN: "the host's name could not be looked up",
  ENETUNREACH: "there is no network",
  EHOSTUNREACH: "the host cannot be reached",
  CONNECT_TIMEOUT: "no connection within 10 s",
};

/** @see https://nodejs.org/api/tls.html#x509-certificate-error-codes */
const UNTRUSTED =
  /^(?:CERT_|ERR_TLS_CERT_|ERR_SSL_WRONG_VERSION_NUMBER$|TLS_HANDSHAKE_FAILED$|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH)/;

/** Reads what `exchange` threw. Its text is not used: only codes are known to hold no secret. */
export function networkFault(error: unknown): NetworkFault {
  const codes = codesOf(error);
  const [code] = codes;
  if (code && codes.every((one) => one in UNCONNECTED)) {
    return { what: `${UNCONNECTED[code]} (${code})`, sent: false, lasting: false };
  }
  if (code && codes.every((one) => UNTRUSTED.test(one))) {
    return {
      what: `no TLS connection with a certificate that is trusted (${code})`,
      sent: false,
      lasting: true,
    };
  }
  return { what: `the connection broke${code ? ` (${code})` : ""}`, sent: true, lasting: false };
}

/** A host with several addresses fails with one error for each. */
function codesOf(error: unknown): string[] {
  if (!(error instanceof Error)) return [];
  if (error instanceof AggregateError && error.errors.length > 0) return error.errors.flatMap(codesOf);
  if ("code" in error && typeof error.code === "string") return [error.code];
  return codesOf(error.cause);
}
