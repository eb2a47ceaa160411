import assert from "node:assert/strict";
import { passphraseCrypter } from "../../../../sandbox/engine/secrets/passphrase-crypter.ts";

// Made by an implementation of its own of what Pulumi documents: PBKDF2-SHA-256, 1,000,000 rounds, AES-256-GCM.
const SALT = "v1:AAECAwQFBgc=:v1:AAAAAAAAAAAAAAAA:H7LILabuyXE2ZimsewYiaUdXF8/kVQ==";
const CIPHERTEXT = "v1:AQEBAQEBAQEBAQEB:YH8zvofMXqIkB/NFgBUdZsyiON9iezc=";

describe("the crypter of a passphrase", () => {
  it("opens what was written by the same recipe elsewhere", async () => {
    const crypter = await passphraseCrypter("correct horse", SALT);
    assert.equal(crypter.decrypt(CIPHERTEXT), "grüße");
  });

  it("encrypts each time differently, and opens what it encrypted, also when made again from its salt", async () => {
    const one = await passphraseCrypter("p");
    const [first, second] = [one.encrypt("text"), one.encrypt("text")];
    assert.notEqual(first, second);
    const again = await passphraseCrypter("p", one.salt);
    assert.deepEqual([again.decrypt(first), again.decrypt(second)], ["text", "text"]);
  });

  it("refuses another passphrase, a changed text and what it cannot read", async () => {
    const crypter = await passphraseCrypter("correct horse", SALT);
    await assert.rejects(passphraseCrypter("wrong horse", SALT), /incorrect passphrase/);
    await assert.rejects(passphraseCrypter("p", "v2:x"), /salt of the stack cannot be read/);
    const flipped = CIPHERTEXT.replace(/.{6}$/, (end) => end.split("").reverse().join(""));
    assert.throws(() => crypter.decrypt(flipped), /damaged or of another passphrase/);
    assert.throws(() => crypter.decrypt("plain"), /not written by the passphrase provider/);
  });
});
