import { ENGINE_MARK, ENGINE_VERSION } from "./engine/engine-version.ts";

/** What the Automation API calls of a command. */
interface Runs {
  run(
    argv: string[],
    workDirectory: string,
    environment: Record<string, string>,
    onOutput: (text: string) => void,
    onError: (text: string) => void,
    signal: AbortSignal,
  ): Promise<unknown>;
}

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
  const { pulumiCommand } = await import("./engine/pulumi-command.ts");
  const { SANDBOX_PLUGINS } = await import("./plugins/sandbox-plugins.ts");
  const interrupted = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => interrupted.abort());
  const write = (stream: NodeJS.WriteStream) => (text: string) => void stream.write(text);
  const command = pulumiCommand({ plugins: SANDBOX_PLUGINS }) as unknown as Runs;
  try {
    await command.run(
      [...argv],
      process.cwd(),
      {},
      write(process.stdout),
      write(process.stderr),
      interrupted.signal,
    );
    return 0;
  } catch {
    // It has told why on standard error.
    return 255;
  }
}
