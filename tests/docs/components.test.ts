import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { CONTAINER } from "../../components/jobs/job-task.ts";
import { codeSpans, fencedBlocks, ROOT, readDocument } from "./support/documents.ts";

const sources = readdirSync(join(ROOT, "components"), { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts"))
  .map((name) => readFileSync(join(ROOT, "components", name), "utf8"));
const classes = sources.flatMap((source) =>
  [
    ...source.matchAll(
      /export class (\w+) extends (?:RegularJob|pulumi\.(?:ComponentResource|dynamic\.Resource))\b/g,
    ),
  ].map(([, name = ""]) => name),
);

describe("docs/components.md", () => {
  const text = readDocument("docs/components.md");

  it("names every component that there is, and none that there is not", () => {
    assert.ok(classes.length >= 20);
    const spans = codeSpans(text);
    assert.deepEqual(
      classes.filter((name) => !spans.includes(name)),
      [],
    );
    const rows = [...text.matchAll(/^\| (`[^|]*)\|/gm)].flatMap(([, cell = ""]) => codeSpans(cell));
    const isClass = (name: string) => /^[A-Z]/.test(name);
    assert.deepEqual(
      rows.filter((name) => isClass(name) && !classes.includes(name)),
      [],
    );
  });
});

describe("docs/day-0.md", () => {
  // Those within lists, too.
  const commands = fencedBlocks(readDocument("docs/day-0.md").replaceAll(/^ {3}/gm, ""))
    .map(({ content }) => content)
    .join("\n");

  it("asks the stack for outputs that it has, and its jobs by the names that they have", () => {
    const outputs = [...readFileSync(join(ROOT, "index.ts"), "utf8").matchAll(/^export const (\w+)/gm)];
    const names = outputs.map(([, name]) => name);
    const asked = [...commands.matchAll(/pulumi stack output (\w+)/g)].map(([, name]) => name);
    assert.ok(asked.length > 0);
    assert.deepEqual(
      asked.filter((name) => !names.includes(name)),
      [],
    );
    assert.ok(commands.includes(`"name":"${CONTAINER}"`));
    assert.ok(commands.includes("--file image/Dockerfile"));
  });

  it("puts no secret into an argument", () => {
    assert.doesNotMatch(commands, /--secret-string (?!file:\/\/)|--plaintext|config set --secret/);
    assert.doesNotMatch(commands, /export \w*(TOKEN|PASSWORD|URL)=/);
  });
});
