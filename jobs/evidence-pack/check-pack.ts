import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { HoldfastError } from "../../plan/holdfast-error.ts";
import { type EvidenceVerdict, verifyEvidence } from "../../vault/evidence/verify-evidence.ts";
import { HEAD_FILE, PUBLIC_KEY_FILE, RECORDS_FILE, recordsOf, SEALS_FILE } from "./evidence-files.ts";
import { SUMS_FILE } from "./make-pack.ts";

export interface PackVerdict extends EvidenceVerdict {
  /** Files that are missing, changed, or were added. */
  readonly files: readonly { readonly path: string; readonly problem: string }[];
  /** Whether signatures were checked with the key that the pack brings itself. */
  readonly usesOwnKey: boolean;
}

export interface CheckPackOptions {
  /** That is known to be right. @default the one that the pack has, which proves nothing of itself */
  readonly publicKeyPem?: string | undefined;
  /** Hash of a record, noted at an earlier time. */
  readonly expectedHead?: string | undefined;
}

/**
 * Checks a pack without vault and network: all of its files are those that were written, its records are an unbroken
 * chain up to its head, and their signatures are genuine.
 * @throws HoldfastError PACK_INVALID (exit 2) for a directory that holds none, PUBLIC_KEY_INVALID (exit 2)
 */
export async function checkPack(
  directory: string,
  { publicKeyPem, expectedHead }: CheckPackOptions = {},
): Promise<PackVerdict> {
  const files = await readFiles(directory);
  const sums = files.get(SUMS_FILE);
  if (sums === undefined) throw noPack(directory);
  const text = (path: string) => files.get(path)?.toString("utf8");
  const ownKey = text(PUBLIC_KEY_FILE);
  const records = recordsOf(text(RECORDS_FILE) ?? "", text(SEALS_FILE) ?? "");
  const chain = verifyEvidence(records, publicKeyPem ?? ownKey, { expectedHead });
  const problems = [...chain.problems];
  const told = text(HEAD_FILE)?.trim();
  if (told !== chain.head)
    problems.push({
      sequence: records.length,
      problem: `is not the one that ${HEAD_FILE} names as the last`,
    });
  const changed = differences(files, sums.toString("utf8"));
  return {
    ...chain,
    problems,
    files: changed,
    isIntact: problems.length === 0 && changed.length === 0,
    usesOwnKey: publicKeyPem === undefined && ownKey !== undefined,
  };
}

async function readFiles(directory: string): Promise<Map<string, Buffer>> {
  try {
    const entries = await readdir(directory, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => !entry.isDirectory());
    const read = files.map(async ({ parentPath, name }) => {
      const file = join(parentPath, name);
      return [relative(directory, file).split(sep).join("/"), await readFile(file)] as const;
    });
    return new Map(await Promise.all(read));
  } catch (cause) {
    throw noPack(directory, cause);
  }
}

function differences(files: ReadonlyMap<string, Buffer>, sums: string) {
  const expected = new Map(
    sums.split("\n").flatMap((line) => {
      const [, sum = "", path = ""] = /^([0-9a-f]{64}) [ *](.+)$/.exec(line) ?? [];
      return sum === "" ? [] : [[path, sum] as const];
    }),
  );
  const paths = new Set([...expected.keys(), ...files.keys()].filter((path) => path !== SUMS_FILE));
  return [...paths].toSorted().flatMap((path) => {
    const bytes = files.get(path);
    const sum = expected.get(path);
    if (bytes === undefined) return [{ path, problem: "is missing" }];
    if (sum === undefined) return [{ path, problem: "was not part of the pack" }];
    if (createHash("sha256").update(bytes).digest("hex") === sum) return [];
    return [{ path, problem: "was changed" }];
  });
}

function noPack(directory: string, cause?: unknown): HoldfastError {
  return new HoldfastError({
    code: "PACK_INVALID",
    message: `${directory} holds no compliance pack: there is no ${SUMS_FILE} to be read.`,
    hint: "Name the directory that `npm run evidence -- export --to DIRECTORY` wrote.",
    exitCode: 2,
    cause,
  });
}
