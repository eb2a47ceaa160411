import { formatByteSize } from "../plan/byte-size.ts";
import { HoldfastError } from "../plan/holdfast-error.ts";
import { type CommandContext, type CommandResult, runCommand } from "../scripts/lib/run-command.ts";
import type { SandboxStatus } from "./status.ts";
import type { SandboxUpOptions } from "./up.ts";

const ACTIONS = ["up", "down", "status", "seed"] as const;
const LARGEST_SCALE = 10_000;

function readScale(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const scale = Number(text);
  if (scale > 0 && scale <= LARGEST_SCALE) return scale;
  throw new HoldfastError({
    code: "USAGE",
    message: `--scale is "${text}"; it must be a number above 0 and up to ${LARGEST_SCALE}`,
    hint: "Write e.g. --scale 10, which makes about 200 MB.",
    exitCode: 2,
  });
}

function statusText({ directory, postgres, supabase, aws, planFile }: SandboxStatus): string {
  const state = (server: { running: boolean; pid?: number | undefined }): string =>
    server.running ? `running, pid ${server.pid}` : "stopped";
  return [
    `Sandbox in ${directory}`,
    `  PostgreSQL  ${state(postgres)}${postgres.running ? `, 127.0.0.1:${postgres.port}` : ""}`,
    ...postgres.databases.map(({ name, bytes }) => `    ${name.padEnd(18)} ${formatByteSize(bytes)}`),
    `  Supabase    ${state(supabase)}${supabase.running ? `, ${supabase.endpoint}` : ""}`,
    `  AWS APIs    ${state(aws)}${aws.running ? `, ${aws.endpoint}` : ""}`,
    ...(postgres.running ? [`  Plan        ${planFile}`] : []),
  ].join("\n");
}

async function sandboxStatus(directory: string | undefined): Promise<SandboxStatus> {
  return (await import("./status.ts")).sandboxStatus(directory);
}

// The servers' modules are large: a wrong option is answered without them.
async function start(options: SandboxUpOptions, context: CommandContext): Promise<CommandResult> {
  const { sandboxUp } = await import("./up.ts");
  const sandbox = await sandboxUp({ ...options, onStep: context.say });
  const status = await sandboxStatus(options.directory);
  const tryIt = `node --env-file=${sandbox.environmentFile} scripts/backup.ts --plan ${sandbox.planFile} --project coppercore`;
  return {
    result: { ...status, environmentFile: sandbox.environmentFile },
    text: `${statusText(status)}\n\nTry it: ${tryIt}`,
  };
}

await runCommand({
  name: "sandbox",
  summary:
    "Runs the whole product on this machine: a simulated Supabase over real PostgreSQL with sample data, and the AWS APIs.",
  usage: "npm run sandbox -- up|down|status|seed [--scale N] [--remove] [--directory PATH]",
  options: {
    scale: { type: "string", placeholder: "N", description: "size of the sample data; 1 is about 20 MB" },
    remove: { type: "boolean", description: "with down: delete all data" },
    directory: {
      type: "string",
      placeholder: "PATH",
      description: "where it lives, instead of .holdfast/sandbox",
    },
  },
  positionals: { placeholder: "ACTION", description: "what to do", choices: ACTIONS },
  examples: [
    "npm run sandbox -- up",
    "npm run sandbox -- seed --scale 10",
    "npm run sandbox -- down --remove",
  ],
  async run(options, context) {
    const place = options.directory ? { directory: options.directory } : {};
    const scale = readScale(options.scale);
    const size = scale === undefined ? {} : { scale };
    switch (context.positionals[0]) {
      case "up":
        return start({ ...place, ...size }, context);
      case "seed":
        return start({ ...place, ...size, reseed: true }, context);
      case "down": {
        const { sandboxDown } = await import("./down.ts");
        await sandboxDown({ ...place, remove: options.remove, onStep: context.say });
        return { result: await sandboxStatus(options.directory), text: "The sandbox is down." };
      }
      case "status": {
        const status = await sandboxStatus(options.directory);
        return { result: status, text: statusText(status) };
      }
      default:
        throw new HoldfastError({
          code: "USAGE",
          message: "The action is missing",
          hint: `Write one of ${ACTIONS.join(", ")}, e.g. npm run sandbox -- up`,
          exitCode: 2,
        });
    }
  },
});
