import {
  type EncryptedDataKey,
  KeyringNode,
  KmsKeyringNode,
  MultiKeyringNode,
  type NodeDecryptionMaterial,
  type NodeEncryptionMaterial,
  oaepHashSupported,
  RawRsaKeyringNode,
} from "@aws-crypto/client-node";
import type { KMS } from "@aws-sdk/client-kms";
import type { EscrowKey } from "./escrow-key.ts";

/** Names the escrow key's provider in each message; other tools need it to open one. */
export const ESCROW_NAMESPACE = "holdfast-escrow";

export interface KeyringInput {
  /** Key ARNs, the first generates the data key. Aliases do not work: messages name the key itself. */
  readonly kmsKeyArns: readonly string[];
  /** A client for the region of a key's ARN. */
  readonly kmsClient: (region: string) => KMS;
  readonly escrow?: EscrowKey;
}

/** Wraps a fresh data key for every object with all keys; each alone opens it. */
export function encryptKeyring({ kmsKeyArns, kmsClient, escrow }: KeyringInput): KeyringNode {
  const [generatorKeyId, ...keyIds] = kmsKeyArns;
  const rsa = escrow && escrowKeyring(escrow);
  if (!generatorKeyId) {
    if (!rsa) throw new TypeError("a keyring needs a key");
    return rsa;
  }
  const kms = new KmsKeyringNode({ generatorKeyId, keyIds, clientProvider: kmsClient });
  return rsa ? new MultiKeyringNode({ generator: kms, children: [rsa] }) : kms;
}

/** Opens with the first key that can. Only the named keys are tried, never one that a message asks for. */
export function decryptKeyring({ kmsKeyArns, kmsClient, escrow }: KeyringInput): KeyringNode {
  const children: KeyringNode[] = [];
  if (escrow?.privateKeyPem) children.push(escrowKeyring(escrow));
  if (kmsKeyArns.length > 0) {
    children.push(new KmsKeyringNode({ keyIds: [...kmsKeyArns], clientProvider: kmsClient }));
  }
  if (children.length === 0) throw new TypeError("a keyring needs a key");
  return new MultiKeyringNode({ children });
}

function escrowKeyring(escrow: EscrowKey): KeyringNode {
  if (!oaepHashSupported) throw new TypeError("this Node.js has no OAEP with SHA-256");
  return new RawRsaKeyringNode({
    keyName: escrow.fingerprint,
    keyNamespace: ESCROW_NAMESPACE,
    oaepHash: "sha256",
    rsaKey: {
      publicKey: escrow.publicKeyPem,
      ...(escrow.privateKeyPem && { privateKey: escrow.privateKeyPem }),
    },
  });
}

/** Stands where a vault has no usable key for one direction and says so on first use. */
export class RefusingKeyring extends KeyringNode {
  readonly #reason: Error;

  constructor(reason: Error) {
    super();
    this.#reason = reason;
  }

  override _onEncrypt(): Promise<NodeEncryptionMaterial> {
    return Promise.reject(this.#reason);
  }

  override _onDecrypt(_: NodeDecryptionMaterial, __: EncryptedDataKey[]): Promise<NodeDecryptionMaterial> {
    return Promise.reject(this.#reason);
  }
}
