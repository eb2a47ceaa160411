/** Where a database is and who asks for it. Holds the password: never print it whole. */
export interface DatabaseAddress {
  /** Host name, IP address (without brackets), or the absolute folder of a Unix socket. */
  readonly host: string;
  /** TCP port, or the number in the socket's file name. @default 5432 */
  readonly port: number;
  readonly user: string;
  readonly database: string;
  /** Empty where the server asks for none (trust, peer, certificate). */
  readonly password: string;
  readonly tls: {
    readonly mode: TlsMode;
    /** PEM file of the authorities to trust instead of the system's. */
    readonly caFile?: string;
  };
  /** Seconds to wait for a connection, 1–600. @default 15 */
  readonly connectTimeoutSeconds?: number;
}
/**
 * How the connection is protected.
 * - `verify-full`: encrypted, certificate chain and host name checked. The default for every host that is not
 *   this machine.
 * - `verify-ca`: encrypted, chain checked against `caFile`, host name not checked.
 * - `require`: encrypted, server not authenticated. Only when the URL says `sslmode=require`.
 * - `off`: plain text. Only for loopback addresses and Unix sockets.
 */
export type TlsMode = "verify-full" | "verify-ca" | "require" | "off";
