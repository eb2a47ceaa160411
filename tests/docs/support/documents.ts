import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

export const ROOT = resolve(import.meta.dirname, "../../..");

/** Every committed text for people, relative to the root. */
export function documents(): string[] {
  const below = readdirSync(join(ROOT, "docs"), { recursive: true, encoding: "utf8" });
  const docs = below.filter((name) => name.endsWith(".md")).map((name) => join("docs", name));
  return ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", ...docs.sort()];
}

export function readDocument(path: string): string {
  return readFileSync(join(ROOT, path), "utf8");
}

const FENCE = /^```(\w*)\n([\s\S]*?)^```$/gm;

/** The blocks between fences, with their language. */
export function fencedBlocks(text: string): { language: string; content: string }[] {
  return [...text.matchAll(FENCE)].map(([, language = "", content = ""]) => ({ language, content }));
}

/** What stands between backticks in prose and tables. */
export function codeSpans(text: string): string[] {
  return [...text.replaceAll(FENCE, "").matchAll(/`([^`\n]+)`/g)].map(([, span = ""]) => span);
}

/** The rows of the first table behind `heading`, cut into cells, the header first. */
export function tableBehind(text: string, heading: string): string[][] {
  const from = text.indexOf(`\n${heading}\n`);
  if (from < 0) return [];
  const section = text.slice(from + heading.length + 2).split(/^## /m)[0] ?? "";
  const rows = section.split("\n").filter((line) => line.startsWith("|"));
  return rows
    .filter((line) => !/^\|[-|: ]+\|$/.test(line))
    .map((line) => line.split("|").slice(1, -1))
    .map((cells) => cells.map((cell) => cell.trim()));
}

/** The relative links of a document that lead nowhere: to no file, or to no heading of it. */
export function brokenLinks(text: string, path: string): string[] {
  const links = [...text.replaceAll(FENCE, "").matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = ""]) => link);
  return links.filter((link) => {
    if (/^[a-z]+:/.test(link)) return false;
    const [file = "", anchor] = link.split("#");
    const target = file === "" ? path : join(dirname(path), file);
    if (!existsSync(join(ROOT, target))) return true;
    return anchor !== undefined && !anchors(readDocument(target)).includes(anchor);
  });
}

function anchors(text: string): string[] {
  const headings = [...text.replaceAll(FENCE, "").matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) => heading);
  return headings.map((heading) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

const FOLDERS = readdirSync(ROOT, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== "node_modules" && !entry.name.startsWith("."))
  .map((entry) => entry.name);

/**
 * The file paths of this repository that a text names between backticks. Paths of a reader's own (`my.yaml`), of a
 * point (`schema/roles.sql`) and patterns (`tests/*.ts`, `scripts/<verb>.ts`) are none.
 */
export function namedPaths(text: string): string[] {
  const words = codeSpans(text).flatMap((span) => span.split(/[\s,]+/));
  return words.filter((word) => {
    if (!/^[\w-][\w.-]*(\/[\w.-]+)*\/?$/.test(word)) return false;
    const [first = ""] = word.split("/");
    if (word.includes("/")) return FOLDERS.includes(first) || /\.(ts|md)$/.test(word);
    return /\.(ts|md)$/.test(word) || /^(Pulumi(\.\w+)?\.yaml|package\.json|tsconfig\.json)$/.test(word);
  });
}

/** Those of the paths that do not exist. */
export function missingPaths(text: string): string[] {
  return namedPaths(text).filter((path) => !existsSync(join(ROOT, path)));
}

/** The scripts that a text tells its reader to run: `npm run X`, `npm start`, `npm test`. */
export function namedScripts(text: string): string[] {
  const named = [...text.matchAll(/\bnpm (?:run (?:--silent )?([a-z][\w:-]*)|(start|test)\b)/g)];
  return named.map(([, run, own]) => run ?? own ?? "");
}

/** The scripts of `package.json`, by name. */
export function packageScripts(): Readonly<Record<string, string>> {
  const content: { scripts: Record<string, string> } = JSON.parse(readDocument("package.json"));
  return content.scripts;
}
