import { mkdir, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { BenchReport } from "./run-bench.ts";

const RESULTS = resolve(import.meta.dirname, "../results");

/** Keeps the report beside the earlier ones, named by its date. */
export async function saveBench(report: BenchReport, text: string): Promise<void> {
  await mkdir(RESULTS, { recursive: true });
  const name = report.at.slice(0, 16).replaceAll(/[-:]/g, "").replace("T", "-");
  await writeFile(resolve(RESULTS, `${name}.json`), `${JSON.stringify(report, undefined, 2)}\n`);
  await writeFile(resolve(RESULTS, `${name}.md`), `${text}\n`);
}
