import { setTimeout as sleep } from "node:timers/promises";
import { runTool } from "../servers/run-tool.ts";

const LIMIT_SECONDS = 60;
const LOOK_MILLISECONDS = 100;

/**
 * Waits for programs that a killed process left at work in a directory, e.g. an initdb, which would write into what is
 * made anew there.
 * @throws when they do not end within a minute
 */
export async function waitForOrphans(directory: string): Promise<void> {
  const deadline = performance.now() + LIMIT_SECONDS * 1000;
  while (performance.now() < deadline) {
    const { stdout } = await runTool("ps", ["-A", "-ww", "-o", "command="]);
    const initializing = (line: string): boolean => line.includes("initdb") && line.includes(directory);
    if (!stdout.split("\n").some(initializing)) return;
    await sleep(LOOK_MILLISECONDS);
  }
  throw new Error(`an initdb in ${directory} does not end`);
}
