import type { DatabaseAddress } from "./database-address.ts";
import { invalidDatabaseUrl } from "./invalid-database-url.ts";

/** True for addresses that never leave this machine: loopback and Unix sockets. */
export function isLocalHost(host: string): boolean {
  if (host.startsWith("/")) return true;
  const name = host.toLowerCase();
  return name === "localhost" || name === "::1" || /^127(\.\d{1,3}){3}$/.test(name);
}

/**
 * The protection that a URL's `sslmode` and `sslrootcert` ask for, never below encryption beyond this machine.
 * @see https://www.postgresql.org/docs/current/libpq-ssl.html#LIBPQ-SSL-PROTECTION
 */
export function tlsOfUrl(url: URL, host: string): DatabaseAddress["tls"] {
  const mode = url.searchParams.get("sslmode");
  const root = url.searchParams.get("sslrootcert");
  const ca = root === null || root === "" || root === "system" ? {} : { caFile: root };
  if (isLocalHost(host)) {
    if (
      host.startsWith("/") ||
      mode === null ||
      mode === "disable" ||
      mode === "prefer" ||
      mode === "allow"
    ) {
      return { mode: "off" };
    }
  }
  switch (mode) {
    case null:
    case "verify-full":
      return { mode: "verify-full", ...ca };
    case "verify-ca":
      return { mode: "verify-ca", ...ca };
    case "require":
      // As libpq: with an authority at hand, `require` checks the chain.
      return ca.caFile === undefined ? { mode: "require" } : { mode: "verify-ca", ...ca };
    case "disable":
    case "allow":
    case "prefer":
      throw invalidDatabaseUrl(
        `sslmode=${mode} lets the password and the data cross the network unencrypted`,
        "Leave sslmode out (verify-full), or write sslmode=require if the server's certificate cannot be checked.",
      );
    default:
      throw invalidDatabaseUrl(
        "its sslmode is unknown",
        "Use verify-full (default), verify-ca with sslrootcert, or require.",
      );
  }
}
