import assert from "node:assert/strict";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findTools } from "../../postgres/find-tools.ts";

/** A folder with programs that claim to be of a version. */
async function fakeTools(version: string, names = ["pg_dump", "pg_dumpall", "psql"]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "hf-tools-"));
  for (const name of names) {
    await writeFile(join(folder, name), `#!/bin/sh\necho "${name} (PostgreSQL) ${version}"\n`);
    await chmod(join(folder, name), 0o755);
  }
  folders.push(folder);
  return folder;
}

const folders: string[] = [];

describe("findTools", () => {
  const before = { path: process.env.PATH, bin: process.env.HOLDFAST_PG_BIN };
  afterEach(async () => {
    process.env.PATH = before.path;
    if (before.bin === undefined) delete process.env.HOLDFAST_PG_BIN;
    else process.env.HOLDFAST_PG_BIN = before.bin;
    await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true })));
  });

  it("takes the folder it is told, and no other", async () => {
    const folder = await fakeTools("17.6 (Debian 17.6-1)");
    process.env.HOLDFAST_PG_BIN = folder;
    assert.deepEqual(await findTools(15), { binDirectory: folder, major: 17, version: "17.6" });
    await assert.rejects(findTools(18), { code: "PG_TOOLS_TOO_OLD", hint: /18/, message: /17\.6/ });
  });

  it("takes the version nearest to the server's", async () => {
    const [newest, near] = [await fakeTools("99.1"), await fakeTools("98beta2")];
    process.env.PATH = `${newest}:${near}:/nonexistent:${before.path}`;
    delete process.env.HOLDFAST_PG_BIN;
    assert.deepEqual(await findTools(98), { binDirectory: near, major: 98, version: "98beta2" });
    assert.equal((await findTools(99)).binDirectory, newest);
  });

  it("says how to install them", async () => {
    process.env.HOLDFAST_PG_BIN = "/nonexistent";
    await assert.rejects(findTools(17), { code: "PG_TOOLS_MISSING", hint: /17/, message: /HOLDFAST_PG_BIN/ });
  });

  it("does not take a folder that lacks one of them, or whose programs do not run", async () => {
    process.env.HOLDFAST_PG_BIN = await fakeTools("17.0", ["pg_dump", "psql"]);
    await assert.rejects(findTools(15), { code: "PG_TOOLS_MISSING" });
    const broken = await fakeTools("17.0");
    await writeFile(join(broken, "pg_dump"), "#!/bin/sh\nexit 1\n");
    process.env.HOLDFAST_PG_BIN = broken;
    await assert.rejects(findTools(15), { code: "PG_TOOLS_MISSING" });
  });
});
