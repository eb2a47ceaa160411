import { flushCompileCache } from "node:module";

/**
 * Loaded into the processes that the engine starts (`node --import`): ends them when the engine does, however it
 * ended, because the pipe that it holds to their standard input closes then.
 */
process.stdin.on("close", () => process.exit());
process.stdin.on("error", () => process.exit());
process.stdin.resume();
// The pipe alone must not keep a program alive that has nothing left to do.
(process.stdin as { unref?: () => void }).unref?.();
// It is killed at its end, so that what Node compiled is kept for the next one while it runs.
setTimeout(() => flushCompileCache(), 1000).unref();
