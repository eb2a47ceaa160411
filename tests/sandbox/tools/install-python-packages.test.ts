import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { installPythonPackages } from "../../../sandbox/tools/install-python-packages.ts";

describe("installPythonPackages", () => {
  let cache: string;
  beforeEach(() => {
    cache = mkdtempSync(join(tmpdir(), "holdfast-python-"));
  });
  afterEach(() => {
    rmSync(cache, { recursive: true, force: true });
  });

  /** A stand-in for Python that does what the lines say and fails at everything else. */
  function fakePython(...lines: string[]): string {
    const file = join(cache, "python3");
    writeFileSync(file, `#!/bin/sh\ncase "$*" in\n${lines.join("\n")}\n*) exit 1;;\nesac\n`);
    chmodSync(file, 0o755);
    return file;
  }
  const works = ["--version) exit 0;;", "-c*) exit 0;;"];
  const install = (python: string) =>
    installPythonPackages({
      directory: join(cache, "tool"),
      title: "tool 1.0",
      wanted: ["tool==1.0"],
      python,
    });

  it("makes a virtual environment where Python can", async () => {
    const venv = `"-m venv "*) mkdir -p "$3/bin" && cp "$0" "$3/bin/python";;`;
    const found = await install(
      fakePython(...works, venv, `"-m pip install "*"--only-binary=:all: tool==1.0") exit 0;;`),
    );
    assert.deepEqual(found, { python: join(cache, "tool", "venv/bin/python") });
  });

  it("falls back to a plain folder where Python has no venv", async () => {
    const pip = `"-m pip install "*"--target "*) while [ "$1" != --target ]; do shift; done; mkdir -p "$2";;`;
    const python = fakePython(...works, `"-m pip --version") exit 0;;`, pip);
    const found = await install(python);
    assert.deepEqual(found, { python, packagesDirectory: join(cache, "tool", "packages") });
    assert.ok(existsSync(join(cache, "tool", "packages")));
  });

  it("names the command that installs what is missing", async () => {
    await assert.rejects(install(join(cache, "absent")), {
      code: "PYTHON_MISSING",
      hint: /apt-get install -y python3/,
    });
    await assert.rejects(install(fakePython("--version) exit 0;;")), { code: "PYTHON_TOO_OLD" });
    await assert.rejects(install(fakePython(...works)), {
      code: "PIP_MISSING",
      hint: /apt-get install -y python3-venv/,
    });
  });

  it("makes an environment again whose interpreter is gone", async () => {
    const venv = `"-m venv "*) mkdir -p "$3/bin" && cp "$0" "$3/bin/python";;`;
    const python = fakePython(...works, venv, `"-m pip install "*) exit 0;;`);
    const found = await install(python);
    rmSync(found.python);
    symlinkSync(join(cache, "upgraded-away"), found.python);
    assert.deepEqual(await install(python), found);
    assert.ok(existsSync(found.python));
  });

  it("passes on what pip said, and leaves nothing half installed", async () => {
    const pip = `"-m pip install "*) echo "no such version" >&2; exit 1;;`;
    await assert.rejects(install(fakePython(...works, `"-m pip --version") exit 0;;`, pip)), {
      code: "TOOL_FAILED",
      message: /no such version/,
    });
    assert.equal(existsSync(join(cache, "tool")), false);
  });
});
