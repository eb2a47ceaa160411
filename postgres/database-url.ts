import type { DatabaseAddress } from "./database-address.ts";
import { invalidDatabaseUrl } from "./invalid-database-url.ts";
import { tlsOfUrl } from "./tls-of-url.ts";

const SESSION_POOLER_HINT =
  "Use the session pooler (port 5432) or the direct connection: Supabase dashboard → Connect → Session pooler.";

/** Parameters of pasted URLs that mean nothing to a dump and are therefore skipped. */
const IGNORED_PARAMETERS = new Set([
  "application_name",
  "fallback_application_name",
  "pgbouncer",
  "connection_limit",
  "pool_timeout",
  "supa",
  "keepalives",
  "channel_binding",
  "gssencmode",
]);

function splitUrl(text: string): URL {
  const trimmed = text.trim();
  if (!/^postgres(ql)?:\/\//i.test(trimmed)) {
    throw invalidDatabaseUrl(
      "it does not begin with postgres:// or postgresql://",
      "Write it as postgresql://user:password@host:5432/database.",
    );
  }
  // The WHATWG parser wants a host for `postgresql://user@/db?host=/run`; libpq does not.
  const withHost = trimmed.replace(/^([a-z]+:\/\/(?:[^/?#@]*@)?)(?=[/?]|$)/i, "$1socket.invalid");
  try {
    return new URL(withHost);
  } catch {
    // The cause is dropped on purpose: the parser's error quotes its input, password included.
    throw invalidDatabaseUrl(
      "it is not a well-formed URL",
      "Percent-encode special characters of the password (@ is %40, : is %3A, / is %2F, # is %23, ? is %3F).",
    );
  }
}

function decode(part: string, name: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw invalidDatabaseUrl(`its ${name} holds a % that is not an escape`, "Write a literal % as %25.");
  }
}

function readHost(url: URL): string {
  const fromQuery = url.searchParams.get("host");
  const host = fromQuery ?? decode(url.hostname, "host").replace(/^\[(.*)\]$/, "$1");
  if (host === "socket.invalid" || host === "") {
    throw invalidDatabaseUrl(
      "it names no host",
      "Write the host after @, or ?host=/folder for a Unix socket.",
    );
  }
  if (host.includes(",")) {
    throw invalidDatabaseUrl(
      "it names several hosts",
      "Name the one server to be read; a dump is never spread over replicas.",
    );
  }
  return host;
}

function readPort(url: URL): number {
  const text = url.searchParams.get("port") ?? url.port;
  const port = text === "" ? 5432 : Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65535) {
    throw invalidDatabaseUrl(
      `port "${text}" is not a number from 1 to 65535`,
      "Write the port after the host, e.g. :5432.",
    );
  }
  if (port === 6543) {
    throw invalidDatabaseUrl(
      "port 6543 is a transaction pooler, which changes the session between statements, so a snapshot cannot be held",
      SESSION_POOLER_HINT,
    );
  }
  return port;
}

function readTimeout(url: URL): Pick<DatabaseAddress, "connectTimeoutSeconds"> {
  const text = url.searchParams.get("connect_timeout");
  if (text === null) return {};
  const seconds = Number(text);
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > 600) {
    throw invalidDatabaseUrl(
      "connect_timeout is not a whole number of seconds from 1 to 600",
      "Leave it out (15).",
    );
  }
  return { connectTimeoutSeconds: seconds };
}

function checkParameters(url: URL): void {
  const known = ["host", "port", "sslmode", "sslrootcert", "connect_timeout", "user", "password", "dbname"];
  for (const name of url.searchParams.keys()) {
    if (known.includes(name) || IGNORED_PARAMETERS.has(name)) continue;
    throw invalidDatabaseUrl(
      `the parameter ${JSON.stringify(name.slice(0, 40))} is not supported`,
      `Remove it. Supported: ${known.join(", ")}.`,
    );
  }
}

/**
 * Reads a `postgresql://` URL under the product's connection rules.
 *
 * TLS is `verify-full` unless the URL asks for less; only loopback and Unix sockets may go without. Port 6543 is
 * refused: a transaction pooler cannot hold a snapshot.
 * @throws HoldfastError `DATABASE_URL_INVALID` (exit 2). Neither message nor hint ever quotes user info.
 * @see https://supabase.com/docs/guides/database/connecting-to-postgres
 * @see https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS
 */
export function parseDatabaseUrl(text: string): DatabaseAddress {
  const url = splitUrl(text);
  checkParameters(url);
  const host = readHost(url);
  const user = url.searchParams.get("user") ?? decode(url.username, "user");
  const password = url.searchParams.get("password") ?? decode(url.password, "password");
  if (user === "")
    throw invalidDatabaseUrl("it names no user", "Write postgresql://user:password@host:5432/database.");
  if (/^\[.*\]$/.test(password) && /password/i.test(password)) {
    throw invalidDatabaseUrl(
      "its password is still the placeholder of the dashboard",
      "Put the database password in its place, percent-encoded.",
    );
  }
  const database = url.searchParams.get("dbname") ?? decode(url.pathname.slice(1), "database name");
  if (url.hash !== "") {
    throw invalidDatabaseUrl("it holds a bare #", "Percent-encode # as %23.");
  }
  return {
    host,
    port: readPort(url),
    user,
    // libpq: without a name the database is the user's.
    database: database === "" ? user : database,
    password,
    tls: tlsOfUrl(url, host),
    ...readTimeout(url),
  };
}
