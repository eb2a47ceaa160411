import { generateKeyPairSync } from "node:crypto";

const pair = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
});

/** An escrow key of this run, and the half of it that has no place in a plan. */
export const ESCROW_PEM: string = pair.publicKey;
export const ESCROW_PRIVATE_PEM: string = pair.privateKey;
