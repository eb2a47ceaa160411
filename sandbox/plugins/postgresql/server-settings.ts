import type { DatabaseAddress } from "../../../postgres/database-address.ts";
import { isLocalHost } from "../../../postgres/tls-of-url.ts";
import { type PropertyMap, UNKNOWN } from "../../engine/protocol/property-value.ts";
import type { CheckOutcome } from "../plugin-provider.ts";

/** The settings of the provider, as the resources need them. */
export interface ServerSettings {
  /** Its database is the one for what belongs to the whole server. */
  readonly address: DatabaseAddress;
  /** Whether the user may read the passwords of roles. */
  readonly superuser: boolean;
}

const SUPPORTED = [
  "host",
  "port",
  "username",
  "password",
  "database",
  "sslmode",
  "sslrootcert",
  "superuser",
  "connectTimeout",
  "maxConnections",
  "expectedVersion",
  "version",
];
const MODES = {
  disable: "off",
  require: "require",
  "verify-ca": "verify-ca",
  "verify-full": "verify-full",
} as const;
const DEFAULT_CONNECT_TIMEOUT_SECONDS = 180;

/** Refuses settings that nothing here serves, and a connection in clear to another machine. */
export function checkServerSettings(inputs: PropertyMap): CheckOutcome {
  const failures = Object.keys(inputs)
    .filter((key) => !SUPPORTED.includes(key) && !key.startsWith("__"))
    .map((property) => ({ property, reason: `is not supported here; there are ${SUPPORTED.join(", ")}` }));
  const { host, sslmode = "require" } = inputs;
  if (host === undefined) failures.push({ property: "host", reason: "is required" });
  if (sslmode !== UNKNOWN && !(String(sslmode) in MODES))
    failures.push({ property: "sslmode", reason: `must be one of ${Object.keys(MODES).join(", ")}` });
  if (sslmode === "disable" && host !== UNKNOWN && !isLocalHost(String(host ?? "")))
    failures.push({
      property: "sslmode",
      reason: "disable lets the password cross the network in clear; use verify-full",
    });
  return { inputs, failures };
}

/** @param settings checked; what is not text comes as JSON */
export function readServerSettings(settings: PropertyMap): ServerSettings {
  const { host, port, username, password, database, sslrootcert, superuser, connectTimeout } = settings;
  const mode = MODES[String(settings.sslmode ?? "require") as keyof typeof MODES];
  return {
    address: {
      host: String(host),
      port: Number(port ?? 5432),
      user: String(username ?? "postgres"),
      password: String(password ?? ""),
      database: String(database ?? "postgres"),
      tls: { mode, ...(sslrootcert === undefined ? {} : { caFile: String(sslrootcert) }) },
      connectTimeoutSeconds: Number(connectTimeout ?? DEFAULT_CONNECT_TIMEOUT_SECONDS),
    },
    superuser: superuser === undefined || String(superuser) === "true",
  };
}
