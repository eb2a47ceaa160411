import { createHash } from "node:crypto";
import type { NodeMaterialsManager } from "@aws-crypto/client-node";

type Encryption = Parameters<NodeMaterialsManager["getEncryptionMaterials"]>[0];
type Decryption = Parameters<NodeMaterialsManager["decryptMaterials"]>[0];

/** So many workers may begin at once that each would ask KMS for a data key before the first one's is in the cache. */
export class OneAtATime implements NodeMaterialsManager {
  readonly #caching: NodeMaterialsManager;
  /** The last request for each key; a cached one is answered within the same turn. */
  readonly #last = new Map<string, Promise<unknown>>();

  constructor(caching: NodeMaterialsManager) {
    this.#caching = caching;
  }

  getEncryptionMaterials(request: Encryption): ReturnType<NodeMaterialsManager["getEncryptionMaterials"]> {
    return this.#after("encrypt", () => this.#caching.getEncryptionMaterials(request));
  }

  decryptMaterials(request: Decryption): ReturnType<NodeMaterialsManager["decryptMaterials"]> {
    const sum = createHash("sha256");
    for (const { encryptedDataKey } of request.encryptedDataKeys) sum.update(encryptedDataKey);
    return this.#after(sum.digest("hex"), () => this.#caching.decryptMaterials(request));
  }

  async #after<Materials>(key: string, ask: () => Promise<Materials>): Promise<Materials> {
    const before = this.#last.get(key);
    // Whoever waited asks again: a failure of the one before is not the next one's.
    const turn = before === undefined ? ask() : before.then(ask, ask);
    this.#last.set(key, turn);
    try {
      return await turn;
    } finally {
      if (this.#last.get(key) === turn) this.#last.delete(key);
    }
  }
}
