import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mayPass, reachableDirectory } from "../../../sandbox/servers/reachable-directory.ts";

describe("reachableDirectory", () => {
  const stranger = { uid: 4242, gid: 4242 };
  let root: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "holdfast-reach-"));
  });
  afterEach(() => {
    rmSync(root, { recursive: true, force: true });
  });

  it("judges a directory by the bits of owner, group or others", () => {
    const directory = { uid: 1, gid: 2, mode: 0o40_710 };
    assert.equal(mayPass(directory, { uid: 1, gid: 9 }), true);
    assert.equal(mayPass(directory, { uid: 9, gid: 2 }), true);
    assert.equal(mayPass(directory, { uid: 9, gid: 9 }), false);
    assert.equal(mayPass({ ...directory, mode: 0o40_700 }, { uid: 9, gid: 2 }), false);
    // The owner's bits count for the owner even where the others' are wider.
    assert.equal(mayPass({ ...directory, mode: 0o40_011 }, { uid: 1, gid: 2 }), false);
  });

  it("is the wanted one for an ordinary user, open or not", () => {
    const wanted = join(root, "server");
    assert.equal(reachableDirectory(wanted, undefined), wanted);
  });

  it("is the wanted one when every parent is open", () => {
    chmodSync(root, 0o711);
    const wanted = join(root, "server");
    assert.equal(reachableDirectory(wanted, stranger), wanted);
  });

  it("is one below the temporary folder, the same at each call, when a parent is closed", () => {
    const wanted = join(root, "closed", "server");
    mkdirSync(join(root, "closed"), { mode: 0o700 });
    chmodSync(root, 0o711);
    const found = reachableDirectory(wanted, stranger);
    assert.notEqual(found, wanted);
    assert.equal(reachableDirectory(wanted, stranger), found);
    assert.notEqual(reachableDirectory(join(root, "closed", "other"), stranger), found);
    assert.equal(existsSync(found), false);
    // A directory of our own is used again; a link there may lead anywhere.
    mkdirSync(found);
    assert.equal(reachableDirectory(wanted, stranger), found);
    rmSync(found, { recursive: true });
    symlinkSync(root, found);
    try {
      assert.throws(() => reachableDirectory(wanted, stranger), { code: "DIRECTORY_NOT_OURS" });
    } finally {
      rmSync(found);
    }
  });
});
