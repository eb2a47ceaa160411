import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import {
  getLocalCryptographicMaterialsCache,
  NodeCachingMaterialsManager,
  RawAesKeyringNode,
  RawAesWrappingSuiteIdentifier,
} from "@aws-crypto/client-node";
import { contextRecord, encryptionClient, FRAME_BYTES, SUITE } from "../../../vault/encryption.ts";
import { encryptSmall } from "../../../vault/mirror/encrypt-small.ts";

const CONTEXT = { project: "shop", point: "storage/photos", chunk: "storage-object" };

const newKeyring = () =>
  new RawAesKeyringNode({
    keyName: "key",
    keyNamespace: "test",
    unencryptedMasterKey: randomBytes(32),
    wrappingSuite: RawAesWrappingSuiteIdentifier.AES256_GCM_IV12_TAG16_NO_PADDING,
  });
const caching = (backingMaterials: RawAesKeyringNode) =>
  new NodeCachingMaterialsManager({
    cache: getLocalCryptographicMaterialsCache(10),
    maxAge: 60_000,
    backingMaterials,
  });

describe("encryptSmall", () => {
  it("makes messages of the library's size that the library opens, at every border of a frame", async () => {
    const keyring = newKeyring();
    const materials = caching(keyring);
    for (const length of [0, 1, 65_536, FRAME_BYTES - 1, FRAME_BYTES, FRAME_BYTES + 1, 2 * FRAME_BYTES]) {
      // A part of a larger buffer, as bytes from the network are.
      const plain = randomBytes(length + 10).subarray(5, length + 5);
      const sealed = await encryptSmall(materials, CONTEXT, plain);
      const { plaintext, messageHeader } = await encryptionClient.decrypt(keyring, sealed);
      assert.ok(plaintext.equals(plain), `${length} bytes came back otherwise`);
      assert.equal(messageHeader.suiteId, SUITE);
      assert.partialDeepStrictEqual(messageHeader.encryptionContext, CONTEXT);
      const { result } = await encryptionClient.encrypt(materials, plain, {
        suiteId: SUITE,
        frameLength: FRAME_BYTES,
        encryptionContext: contextRecord(CONTEXT),
      });
      assert.equal(sealed.length, result.length, `${length} bytes`);
    }
  });

  it("never makes the same message twice, and none that opens when a bit of it changed", async () => {
    const keyring = newKeyring();
    const materials = caching(keyring);
    const plain = randomBytes(1_000);
    const [one, other] = [
      await encryptSmall(materials, CONTEXT, plain),
      await encryptSmall(materials, CONTEXT, plain),
    ];
    // Neither the message's id nor anything derived from it comes again, though the data key is the same.
    assert.equal(one.indexOf(other.subarray(-500)), -1);
    assert.equal(one.includes(plain.subarray(0, 16)), false);
    for (const at of [3, 40, one.length - 500, one.length - 1]) {
      const changed = Buffer.from(one);
      changed[at] = (changed[at] ?? 0) ^ 1;
      await assert.rejects(encryptionClient.decrypt(keyring, changed));
    }
    await assert.rejects(encryptionClient.decrypt(newKeyring(), one));
  });
});
