import { existsSync } from "node:fs";
import type { DatabaseAddress } from "./database-address.ts";

/** Where systems keep the authorities they trust, in the order of how common they are. */
const SYSTEM_AUTHORITIES = [
  "/etc/ssl/certs/ca-certificates.crt",
  "/etc/pki/tls/certs/ca-bundle.crt",
  "/etc/ssl/cert.pem",
  "/etc/ssl/ca-bundle.pem",
  "/opt/homebrew/etc/ca-certificates/cert.pem",
];

/**
 * libpq checks chains only against a file (its default, ~/.postgresql/root.crt, hardly ever exists); `system` is
 * understood from version 16 on, so a bundle's path is preferred.
 * @see https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNECT-SSLROOTCERT
 */
function authorities(address: DatabaseAddress): string {
  if (address.tls.caFile !== undefined) return address.tls.caFile;
  const fromEnvironment = process.env.SSL_CERT_FILE;
  if (fromEnvironment !== undefined && existsSync(fromEnvironment)) return fromEnvironment;
  return SYSTEM_AUTHORITIES.find((path) => existsSync(path)) ?? "system";
}

function tlsVariables(address: DatabaseAddress): NodeJS.ProcessEnv {
  switch (address.tls.mode) {
    case "off":
      return { PGSSLMODE: "disable" };
    case "require":
      // With a root file at its default place libpq would verify after all; an absent one keeps `require` as written.
      return { PGSSLMODE: "require", PGSSLROOTCERT: "/nonexistent/root.crt" };
    default:
      return { PGSSLMODE: address.tls.mode, PGSSLROOTCERT: authorities(address) };
  }
}

/**
 * The environment for pg_dump, pg_dumpall and psql: the whole connection, password included, so that nothing of it
 * stands in an argument list. Variables of ours that would redirect libpq (`PG*`) are not inherited; messages are
 * English, so that they can be recognised.
 * @see https://www.postgresql.org/docs/current/libpq-envars.html
 */
export function libpqEnvironment(address: DatabaseAddress): NodeJS.ProcessEnv {
  const inherited = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => /^(PATH|HOME|TMPDIR|TZDIR|LD_LIBRARY_PATH)$/.test(name)),
  );
  return {
    ...inherited,
    LC_ALL: "C",
    PGHOST: address.host,
    PGPORT: String(address.port),
    PGUSER: address.user,
    PGDATABASE: address.database,
    ...(address.password === "" ? {} : { PGPASSWORD: address.password }),
    PGAPPNAME: "holdfast",
    PGCONNECT_TIMEOUT: String(address.connectTimeoutSeconds ?? 15),
    PGCLIENTENCODING: "UTF8",
    PGGSSENCMODE: "disable",
    PGPASSFILE: "/dev/null",
    PGSERVICEFILE: "/dev/null",
    ...tlsVariables(address),
  };
}
