import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  IAMClient,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam";
import { S3Client } from "@aws-sdk/client-s3";
import { HoldfastError } from "../../plan/holdfast-error.ts";
import { freePort } from "../../sandbox/servers/free-port.ts";
import { endServerProcess, pidOfServer, startServerProcess } from "../../sandbox/servers/server-process.ts";
import { cacheDirectory } from "../../sandbox/tools/cache-directory.ts";
import { installPythonPackages } from "../../sandbox/tools/install-python-packages.ts";
import { stopAfterRun, testDirectory } from "./servers.ts";

const REQUIREMENTS = join(import.meta.dirname, "moto-requirements.txt");
const REGION = "eu-central-1";
const STOP_SECONDS = 10;

/** S3 and IAM of a test, which refuse what no policy of the caller allows. */
export interface CheckedAws {
  /** A client that everything is allowed to, to prepare with. Not beside another test's checks. */
  readonly admin: S3Client;
  /** A user with one policy and a client with its keys. */
  userWith(name: string, policy: string): Promise<S3Client>;
  /** From here on, or no longer. Switched off at the start. */
  checkAccess(on: boolean): Promise<void>;
  /** Ends the clients; the server stops after the run. */
  close(): void;
}

/**
 * Starts moto, which checks actions and resources of a user's policies, and no conditions.
 * About 140 MB and 10 s the first time, into the cache.
 * @see https://docs.getmoto.org/en/latest/docs/iam.html
 */
export async function startCheckedAws(): Promise<CheckedAws> {
  const endpoint = await startMoto();
  const clients: S3Client[] = [];
  const s3 = (credentials: { accessKeyId: string; secretAccessKey: string }) => {
    const client = new S3Client({
      endpoint,
      region: REGION,
      forcePathStyle: true,
      credentials,
      maxAttempts: 1,
    });
    clients.push(client);
    return client;
  };
  const root = { accessKeyId: "test", secretAccessKey: "test" };
  const iam = new IAMClient({ endpoint, region: REGION, credentials: root });
  return {
    admin: s3(root),
    async userWith(UserName, PolicyDocument) {
      await iam.send(new CreateUserCommand({ UserName }));
      await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: UserName, PolicyDocument }));
      const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
      if (!AccessKey?.AccessKeyId || !AccessKey.SecretAccessKey) throw new Error("no access key was made");
      return s3({ accessKeyId: AccessKey.AccessKeyId, secretAccessKey: AccessKey.SecretAccessKey });
    },
    async checkAccess(on) {
      const answer = await fetch(`${endpoint}/moto-api/reset-auth`, {
        method: "POST",
        body: on ? "0" : "inf",
      });
      if (!answer.ok) throw new Error(`access checks: status ${answer.status}`);
    },
    close() {
      iam.destroy();
      for (const client of clients) client.destroy();
    },
  };
}

async function startMoto(): Promise<string> {
  const pins = createHash("sha256").update(readFileSync(REQUIREMENTS)).digest("hex").slice(0, 8);
  const { python, packagesDirectory } = await installPythonPackages({
    directory: join(cacheDirectory(), `moto-${pins}`),
    title: "moto",
    wanted: ["-r", REQUIREMENTS],
  });
  const directory = await testDirectory("moto");
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const mark = `holdfast_directory=${directory}`;
  const server = {
    program: python,
    argv: ["-X", mark, "-m", "moto.server", "-H", "127.0.0.1", "-p", String(port)],
    directory,
    environment: {
      PATH: process.env.PATH,
      HOME: directory,
      TMPDIR: directory,
      ...(packagesDirectory && { PYTHONPATH: packagesDirectory }),
    },
    logFile: join(directory, "moto.log"),
    pidFile: join(directory, "moto.pid"),
    marks: ["moto", mark],
    answers: () =>
      fetch(`${endpoint}/moto-api/data.json`, { signal: AbortSignal.timeout(2_000) }).then(
        ({ ok }) => ok,
        () => false,
      ),
    notStarted: (reason: string) =>
      new HoldfastError({
        code: "MOTO_NOT_STARTED",
        message: `moto ${reason}`,
        hint: `Read ${directory}/moto.log`,
      }),
  };
  await startServerProcess(server);
  stopAfterRun({
    pid: () => pidOfServer(server),
    stop: () => endServerProcess(server, ["SIGTERM", "SIGKILL"], STOP_SECONDS),
  });
  return endpoint;
}
