import { createHash, createHmac, pbkdf2Sync, timingSafeEqual } from "node:crypto";

/**
 * Whether a role that the server keeps with this verifier logs in with the password.
 * @param verifier `pg_authid.rolpassword`: SCRAM-SHA-256, or the older MD5
 * @see https://www.postgresql.org/docs/current/catalog-pg-authid.html
 */
export function matchesPassword(verifier: string, role: string, password: string): boolean {
  const scram = /^SCRAM-SHA-256\$(\d+):([^$]+)\$([^:]+):/.exec(verifier);
  if (!scram)
    return (
      verifier ===
      `md5${createHash("md5")
        .update(password + role)
        .digest("hex")}`
    );
  const [, iterations, salt = "", storedKey = ""] = scram;
  const salted = pbkdf2Sync(
    password.normalize("NFKC"),
    Buffer.from(salt, "base64"),
    Number(iterations),
    32,
    "sha256",
  );
  const clientKey = createHmac("sha256", salted).update("Client Key").digest();
  const expected = Buffer.from(storedKey, "base64");
  const actual = createHash("sha256").update(clientKey).digest();
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}
