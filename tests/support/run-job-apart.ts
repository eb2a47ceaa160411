import { spawn } from "node:child_process";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import type { JobApart } from "./run-job.ts";

export interface JobOutcome {
  readonly result?: unknown;
  readonly error?: { readonly code?: string; readonly message: string; readonly hint?: string };
  /** The most memory that the process held, KiB. */
  readonly peakKibibytes: number;
}

/** Runs one job in a process of its own, so that its memory is its own. */
export async function runJobApart(job: JobApart): Promise<JobOutcome> {
  const child = spawn(process.execPath, [join(import.meta.dirname, "run-job.ts")], {
    env: { ...process.env, JOB_APART: JSON.stringify(job) },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const output = await text(child.stdout);
  return JSON.parse(output.trim().split("\n").at(-1) ?? "{}") as JobOutcome;
}
