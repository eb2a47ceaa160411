import { execFile } from "node:child_process";
import { userInfo } from "node:os";
import { promisify } from "node:util";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";

const TIMEOUT_SECONDS = 5;

/**
 * Who runs this, for a sign-off: the actor of a GitHub workflow with its run, else the caller by AWS, else the name and
 * address that git knows with the user of this machine. Best effort: it never fails.
 *
 * @param options.region where AWS is asked; undefined asks nobody, as where the vault is no AWS
 */
export async function callerIdentity(options: {
  readonly region: string | undefined;
  readonly environment?: NodeJS.ProcessEnv;
}): Promise<string> {
  const { environment = process.env } = options;
  const { GITHUB_ACTOR: actor, GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository } = environment;
  if (actor) {
    const run = environment.GITHUB_RUN_ID;
    return server && repository && run
      ? `${actor} (GitHub, ${server}/${repository}/actions/runs/${run})`
      : `${actor} (GitHub)`;
  }
  return (options.region && (await awsCaller(options.region))) || (await localUser());
}

async function awsCaller(region: string): Promise<string | undefined> {
  const client = new STSClient({ region, maxAttempts: 1 });
  try {
    const abortSignal = AbortSignal.timeout(TIMEOUT_SECONDS * 1000);
    return (await client.send(new GetCallerIdentityCommand({}), { abortSignal })).Arn;
  } catch {
    // No credentials, no network, no permission: somebody else is asked.
    return undefined;
  } finally {
    client.destroy();
  }
}

async function localUser(): Promise<string> {
  const name = await gitSetting("user.name");
  const email = await gitSetting("user.email");
  const git = [name, email && `<${email}>`].filter(Boolean).join(" ");
  const user = `${systemUser()} on this machine`;
  return git === "" ? user : `${git}, ${user}`;
}

function systemUser(): string {
  try {
    return userInfo().username;
  } catch {
    // A container may run under a number that no account has.
    return `user ${process.getuid?.() ?? "unknown"}`;
  }
}

async function gitSetting(name: string): Promise<string> {
  try {
    const options = { timeout: TIMEOUT_SECONDS * 1000 };
    return (await promisify(execFile)("git", ["config", "--get", name], options)).stdout.trim();
  } catch {
    return "";
  }
}
