import type { Secret } from "@aws-sdk/client-ecs";
import { SecretsManager } from "@aws-sdk/client-secrets-manager";
import { HoldfastError } from "../../plan/holdfast-error.ts";
import { clientOf, type TaskAws } from "./task-aws.ts";

/** `arn:…:secret:<name>`, then a key of its JSON, a stage and a version, each of which may be empty. */
const REFERENCE = /^(arn:[^:]+:secretsmanager:([^:]+):[^:]*:secret:[^:]+)(?::([^:]*):([^:]*):([^:]*))?$/;

/**
 * Reads the secrets of a container from Secrets Manager, as ECS does before it starts one.
 * @returns the values by name of the environment variable
 * @throws HoldfastError TASK_SECRET_MISSING naming the variable and the secret, never a value
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html
 */
export async function readTaskSecrets(
  aws: TaskAws,
  secrets: readonly Secret[],
): Promise<Record<string, string>> {
  const read = secrets.map(async ({ name = "", valueFrom = "" }) => [
    name,
    await readSecret(aws, name, valueFrom),
  ]);
  return Object.fromEntries(await Promise.all(read)) as Record<string, string>;
}

async function readSecret(aws: TaskAws, name: string, valueFrom: string): Promise<string> {
  const [, arn, region = aws.region, key = "", stage = "", version = ""] = REFERENCE.exec(valueFrom) ?? [];
  if (arn === undefined) throw missing(name, valueFrom, "is no ARN of a secret");
  const client = new SecretsManager(clientOf({ ...aws, region }));
  try {
    const { SecretString: text } = await client.getSecretValue({
      SecretId: arn,
      ...(stage ? { VersionStage: stage } : {}),
      ...(version ? { VersionId: version } : {}),
    });
    if (text === undefined) throw missing(name, valueFrom, "holds no text");
    return key === "" ? text : keyOf(text, key, name, valueFrom);
  } catch (error) {
    if (error instanceof HoldfastError) throw error;
    throw missing(name, valueFrom, `cannot be read: ${(error as Error).message}`);
  } finally {
    client.destroy();
  }
}

function keyOf(text: string, key: string, name: string, valueFrom: string): string {
  let table: unknown;
  try {
    table = JSON.parse(text);
  } catch {
    throw missing(name, valueFrom, "is no JSON");
  }
  const value =
    typeof table === "object" && table !== null ? (table as Record<string, unknown>)[key] : undefined;
  if (value === undefined) throw missing(name, valueFrom, `has no key ${key}`);
  return typeof value === "string" ? value : JSON.stringify(value);
}

function missing(name: string, valueFrom: string, why: string): HoldfastError {
  return new HoldfastError({
    code: "TASK_SECRET_MISSING",
    message: `The variable ${name} is to be the secret ${valueFrom}, which ${why}.`,
    hint: "Put the value: aws secretsmanager put-secret-value --secret-id <name> --secret-string file://…",
    exitCode: 1,
  });
}
