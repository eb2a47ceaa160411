import { mkdir, writeFile } from "node:fs/promises";
import { resolve } from "node:path";

const RESULTS = resolve(import.meta.dirname, "../results");

/** Keeps the report beside the earlier ones, named by its date and, but for that of the data, by what it measured. */
export async function saveBench(
  report: { readonly at: string },
  text: string,
  subject?: string,
): Promise<void> {
  await mkdir(RESULTS, { recursive: true });
  const at = report.at.slice(0, 16).replaceAll(/[-:]/g, "").replace("T", "-");
  const name = subject === undefined ? at : `${at}-${subject}`;
  await writeFile(resolve(RESULTS, `${name}.json`), `${JSON.stringify(report, undefined, 2)}\n`);
  await writeFile(resolve(RESULTS, `${name}.md`), `${text}\n`);
}
