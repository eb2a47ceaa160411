import { createCipheriv, createDecipheriv, pbkdf2, randomBytes } from "node:crypto";
import { promisify } from "node:util";
import { EngineError } from "../engine-error.ts";

/** Encrypts and decrypts texts as Pulumi's passphrase provider does, so that either opens what the other wrote. */
export interface Crypter {
  /** What the state and the stack's settings store to find the key again; holds nothing secret. */
  readonly salt: string;
  encrypt(text: string): string;
  /** @throws EngineError when the text was changed or belongs to another key */
  decrypt(text: string): string;
}

// PBKDF2 with SHA-256 and 1,000,000 rounds over an 8-byte salt; AES-256-GCM with a 12-byte nonce.
// @see https://github.com/pulumi/pulumi/blob/master/sdk/go/common/resource/config/crypt.go
const ROUNDS = 1_000_000;
const KEY_BYTES = 32;
const TAG_BYTES = 16;
const VERSION = "v1";
/** What the salt carries encrypted, so that a wrong passphrase is told at once. */
const PROBE = "pulumi";

const deriveKey = promisify(pbkdf2);
const keys = new Map<string, Promise<Buffer>>();

/**
 * The crypter of a passphrase.
 * @param salt as stored, `v1:<salt>:v1:<nonce>:<probe>`; absent: a new one is made
 * @throws EngineError when the passphrase does not open the salt's probe
 */
export async function passphraseCrypter(passphrase: string, salt?: string): Promise<Crypter> {
  const saltBytes = salt === undefined ? randomBytes(8) : parseSalt(salt);
  const name = `${saltBytes.toString("base64")}:${passphrase}`;
  const derived = keys.get(name) ?? deriveKey(passphrase, saltBytes, ROUNDS, KEY_BYTES, "sha256");
  keys.set(name, derived);
  const key = await derived;
  if (salt !== undefined) proveKey(key, salt);
  return {
    salt: salt ?? `${VERSION}:${saltBytes.toString("base64")}:${encrypt(key, PROBE)}`,
    encrypt: (text) => encrypt(key, text),
    decrypt: (text) => decrypt(key, text),
  };
}

function parseSalt(salt: string): Buffer {
  const [version, encoded, ...probe] = salt.split(":");
  if (version !== VERSION || encoded === undefined || probe.length !== 3)
    throw new EngineError("the encryption salt of the stack cannot be read");
  return Buffer.from(encoded, "base64");
}

function proveKey(key: Buffer, salt: string): void {
  try {
    if (decrypt(key, salt.split(":").slice(2).join(":")) === PROBE) return;
  } catch {
    // A wrong key shows as damaged text.
  }
  throw new EngineError("incorrect passphrase");
}

function encrypt(key: Buffer, text: string): string {
  const nonce = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", key, nonce);
  const body = Buffer.concat([cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()]);
  return `${VERSION}:${nonce.toString("base64")}:${body.toString("base64")}`;
}

function decrypt(key: Buffer, text: string): string {
  const [version, nonce, encoded] = text.split(":");
  if (version !== VERSION || nonce === undefined || encoded === undefined)
    throw new EngineError("an encrypted value cannot be read: it was not written by the passphrase provider");
  const body = Buffer.from(encoded, "base64");
  try {
    const decipher = createDecipheriv("aes-256-gcm", key, Buffer.from(nonce, "base64"));
    decipher.setAuthTag(body.subarray(body.length - TAG_BYTES));
    return (
      decipher.update(body.subarray(0, body.length - TAG_BYTES), undefined, "utf8") + decipher.final("utf8")
    );
  } catch (error) {
    throw new EngineError("an encrypted value cannot be opened: it is damaged or of another passphrase", {
      cause: error,
    });
  }
}
