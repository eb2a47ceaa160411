import { existsSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { redact } from "../../plan/redact.ts";
import { type SimulatorOptions, startSimulator } from "./simulator.ts";
import type { Timing } from "./timing.ts";

/**
 * The simulator as a process of its own: `node serve.ts --directory … --bin … --port …`. Its token is in the
 * directory's `state.json`, or comes by the environment as `SUPABASE_ACCESS_TOKEN` when the directory is new.
 */
const { values } = parseArgs({
  options: {
    directory: { type: "string" },
    /** Folder of PostgreSQL's programs. */
    bin: { type: "string" },
    port: { type: "string" },
    /** What differs from the quick timing, as JSON. */
    timing: { type: "string", default: "{}" },
    "limit-per-minute": { type: "string", default: "120" },
  },
});
if (values.directory === undefined || values.bin === undefined || values.port === undefined)
  throw new Error("--directory, --bin and --port are needed");

const token = process.env.SUPABASE_ACCESS_TOKEN;
const options: SimulatorOptions = {
  directory: values.directory,
  binDirectory: values.bin,
  port: Number(values.port),
  // Written by whoever starts this process.
  timing: JSON.parse(values.timing) as Partial<Timing>,
  limitPerMinute: Number(values["limit-per-minute"]),
  ...(token ? { token } : {}),
};
const LOOK_MILLISECONDS = 5000;

const simulator = await startSimulator(options).catch((error: unknown) => {
  // One line: the caller shows the end of the log.
  process.stderr.write(`${redact(error instanceof Error ? error.message : String(error))}\n`);
  return process.exit(1);
});
for (const signal of ["SIGTERM", "SIGINT"] as const)
  process.once(signal, () => {
    simulator.close().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  });

// Whoever removed the directory wants no simulator any more; its clusters notice by themselves.
const state = join(options.directory, "state.json");
setInterval(() => {
  if (!existsSync(state)) process.exit(0);
}, LOOK_MILLISECONDS);
