import { readFileSync } from "node:fs";
import { HoldfastError } from "../../plan/holdfast-error.ts";
import { escrowPublicKey } from "../../vault/escrow-key.ts";

/**
 * The escrow key that a plan names as a file, checked: what it is written into can be read by everybody.
 * @param file from the directory of the stack's program
 * @throws HoldfastError ESCROW_KEY_INVALID (exit 2), also for the private half
 */
export function readEscrowKey(file: string): string {
  return escrowPublicKey(read(file)).publicKeyPem;
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw new HoldfastError({
      code: "ESCROW_KEY_INVALID",
      message: `The escrow public key file ${file} cannot be read.`,
      hint: "Correct vault.keys.escrowPublicKey.file; `openssl pkey -in private.pem -pubout -out FILE` writes it.",
      exitCode: 2,
      cause,
    });
  }
}
