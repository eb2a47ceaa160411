import { ENGINE_MARK, ENGINE_VERSION } from "./engine/engine-version.ts";

/**
 * The sandbox's engine as a program: what `sandbox/bin/pulumi` runs. Providers are the sandbox's stand-ins. An
 * interrupt ends a run as it ends one of the real command line: what is being made is finished and recorded.
 * @param argv without the program's name
 * @returns its exit code
 */
export async function commandLine(argv: readonly string[]): Promise<number> {
  // Asked at the start of everything, and answered without loading the engine.
  if (argv[0] === "version") {
    process.stdout.write(`v${ENGINE_VERSION}${ENGINE_MARK}\n`);
    return 0;
  }
  const { callCommand } = await import("./engine/commands/call-command.ts");
  const { SANDBOX_PLUGINS } = await import("./plugins/sandbox-plugins.ts");
  const interrupted = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => interrupted.abort());
  const write = (stream: NodeJS.WriteStream) => (text: string) => void stream.write(text);
  try {
    await callCommand({
      argv,
      workDirectory: process.cwd(),
      environment: process.env,
      plugins: SANDBOX_PLUGINS,
      signal: interrupted.signal,
      print: write(process.stdout),
      warn: write(process.stderr),
    });
    return 0;
  } catch {
    // It has told why on standard error.
    return 255;
  }
}
