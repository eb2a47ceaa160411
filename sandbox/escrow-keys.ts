import { generateKeyPair } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { replaceFile } from "./replace-file.ts";

export interface EscrowFiles {
  readonly escrowPublicKeyFile: string;
  readonly escrowPrivateKeyFile: string;
}

/**
 * The key pair that opens every point without any service; a real one's private half is kept off line.
 * @param directory where it is, or will be
 */
export async function ensureEscrowKeys(directory: string): Promise<EscrowFiles> {
  const files = {
    escrowPublicKeyFile: join(directory, "escrow-public.pem"),
    escrowPrivateKeyFile: join(directory, "escrow-private.pem"),
  };
  if (existsSync(files.escrowPublicKeyFile)) return files;
  const pair = await promisify(generateKeyPair)("rsa", {
    modulusLength: 3072,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  replaceFile(files.escrowPrivateKeyFile, pair.privateKey, 0o600);
  replaceFile(files.escrowPublicKeyFile, pair.publicKey);
  return files;
}
