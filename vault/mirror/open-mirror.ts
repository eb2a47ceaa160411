import {
  getLocalCryptographicMaterialsCache,
  NodeCachingMaterialsManager,
  type NodeMaterialsManager,
} from "@aws-crypto/client-node";
import type { Vault } from "../vault.ts";
import type { MirrorPlace } from "./mirror-place.ts";
import { OneAtATime } from "./one-at-a-time.ts";
import { StoreConnection, type StoreConnectionOptions } from "./store-connection.ts";

/** A bucket's mirror, opened by one process for many objects. */
export interface Mirror extends MirrorPlace {
  /** Data keys of small objects, each used for many. */
  readonly encryptMaterials: NodeMaterialsManager;
  readonly decryptMaterials: NodeMaterialsManager;
  readonly connection: StoreConnection;
  /** Ends the connections; the vault's own stay. */
  close(): void;
}

/** A data key serves so many seconds, objects and bytes at most, so that a leaked one opens little. */
const KEY_SECONDS = 600;
const KEY_OBJECTS = 10_000;
const KEY_BYTES = 4 * 1024 ** 3;
/** Keys kept for reading: a sample of a night meets those of many runs. */
const KEPT_KEYS = 1_000;

/**
 * Opens the mirror of one bucket. A call to KMS for each of 20,000 small objects would cost more than their bytes, so
 * they share data keys; the encryption library derives another key from it for each object.
 * @see https://docs.aws.amazon.com/encryption-sdk/latest/developer-guide/data-key-caching.html
 */
export async function openMirror(place: MirrorPlace, options: StoreConnectionOptions = {}): Promise<Mirror> {
  const { vault } = place;
  const connection = await StoreConnection.open(vault, options);
  const bounds = {
    cache: getLocalCryptographicMaterialsCache(KEPT_KEYS),
    maxAge: KEY_SECONDS * 1000,
    maxMessagesEncrypted: KEY_OBJECTS,
    maxBytesEncrypted: KEY_BYTES,
  };
  const caching = (backingMaterials: Vault["encryptKeyring"]) =>
    new OneAtATime(new NodeCachingMaterialsManager({ ...bounds, backingMaterials }));
  return {
    ...place,
    connection,
    encryptMaterials: caching(vault.encryptKeyring),
    decryptMaterials: caching(vault.decryptKeyring),
    close: () => connection.close(),
  };
}
