import { createHash } from "node:crypto";
import { redact } from "../../plan/redact.ts";
import { contactsChapter } from "./contacts-chapter.ts";
import { drillsChapter } from "./drills-chapter.ts";
import { evidenceFiles } from "./evidence-files.ts";
import type { PackChapter, PackInput } from "./pack-chapter.ts";
import { packReadme } from "./pack-readme.ts";
import { proceduresChapter } from "./procedures-chapter.ts";
import { retentionChapter } from "./retention-chapter.ts";
import { signOffsChapter } from "./sign-offs-chapter.ts";
import { verificationsChapter } from "./verifications-chapter.ts";

export const SUMS_FILE = "SHA256SUMS";

const CHAPTERS = [
  proceduresChapter,
  contactsChapter,
  retentionChapter,
  drillsChapter,
  verificationsChapter,
  signOffsChapter,
];

/** The files of a compliance pack by their paths, `SHA256SUMS` last. Holds no secret. */
export function makePack(input: PackInput): Map<string, string> {
  const chapters = CHAPTERS.map((chapter) => chapter(input));
  const files = new Map([
    ["README.md", redact(packReadme(input, chapters))],
    ...chapters.flatMap(chapterFiles),
    // Redacted when they were written; a changed byte would break their hash.
    ...Object.entries(evidenceFiles(input)),
  ]);
  const sums = [...files]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([path, text]) => `${createHash("sha256").update(text).digest("hex")}  ${path}\n`);
  return files.set(SUMS_FILE, sums.join(""));
}

function chapterFiles({ name, title, markdown, json, csv }: PackChapter): [string, string][] {
  return [
    [`${name}.md`, redact(`# ${title}\n\n${markdown}\n`)],
    [`${name}.json`, `${JSON.stringify(json, redacted, 2)}\n`],
    ...(csv === undefined ? [] : [[`${name}.csv`, csv] satisfies [string, string]]),
  ];
}

function redacted(_key: string, value: unknown): unknown {
  return typeof value === "string" ? redact(value) : value;
}
