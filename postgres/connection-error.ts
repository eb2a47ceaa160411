import { HoldfastError } from "../plan/holdfast-error.ts";
import type { DatabaseAddress } from "./database-address.ts";
import { databaseError, failureOf, safeMessage } from "./database-error.ts";

function unreachableHint(address: DatabaseAddress): string {
  if (/^db\.[a-z0-9]+\.supabase\.(co|red)$/i.test(address.host)) {
    return "Supabase's direct host answers on IPv6 only: use the session pooler's URL (port 5432, user postgres.<project ref>) or buy the IPv4 add-on.";
  }
  return "Check host and port, that the server runs, and that firewall or network restrictions admit this machine.";
}

/**
 * Turns a failed attempt to connect into the product's typed error; the address explains more than the error does.
 * @returns `DATABASE_UNREACHABLE`, `DATABASE_TLS_UNTRUSTED`, `DATABASE_TLS_MISSING`, or what `databaseError` makes of it; exit 1.
 */
export function connectionError(error: unknown, address: DatabaseAddress): HoldfastError {
  if (error instanceof HoldfastError) return error;
  const failure = failureOf(error);
  const where = `${address.host}:${address.port}`;
  const make = (code: string, message: string, hint: string) =>
    new HoldfastError({ code, message, hint, cause: error });
  if (/does not support SSL|establishing an SSL connection/i.test(failure.message)) {
    return make(
      "DATABASE_TLS_MISSING",
      `The server at ${where} offers no TLS, which is required beyond this machine.`,
      "Turn on ssl at the server, or reach it through a tunnel that ends on localhost.",
    );
  }
  if (/CERT|SELF_SIGNED|UNABLE_TO_|ERR_TLS|ERR_SSL|EPROTO/.test(failure.code)) {
    return make(
      "DATABASE_TLS_UNTRUSTED",
      `The certificate of ${where} was not accepted: ${safeMessage(failure)}.`,
      "Give the server's authority as sslrootcert=FILE in the URL (Supabase: Settings → Database → SSL → Download certificate).",
    );
  }
  if (
    /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EAI_FAIL|ENODATA|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|ENOENT|EACCES|ECONNRESET|EPIPE)$/.test(
      failure.code,
    ) ||
    /timeout expired|connection terminated/i.test(failure.message)
  ) {
    return make(
      "DATABASE_UNREACHABLE",
      `No database answers at ${where} (${failure.code || safeMessage(failure)}).`,
      unreachableHint(address),
    );
  }
  return databaseError(error, `Connecting to database "${address.database}" at ${where} as ${address.user}`);
}
