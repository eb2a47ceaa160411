import { readFile } from "node:fs/promises";
import { HoldfastError } from "../plan/holdfast-error.ts";
import type { SecretReference } from "../plan/schema/secret-reference.ts";

/**
 * Reads a secret where the plan says it is: an environment variable, a file, or AWS Secrets Manager.
 *
 * @throws HoldfastError SECRET_MISSING when it is absent or empty; the text names the place, never the value
 */
export async function resolveSecret(reference: SecretReference, what: string): Promise<string> {
  const value = (await read(reference, what))?.trim();
  if (value !== undefined && value !== "") return value;
  throw missing(what, place(reference));
}

async function read(reference: SecretReference, what: string): Promise<string | undefined> {
  if ("env" in reference) return process.env[reference.env];
  try {
    if ("file" in reference) return await readFile(reference.file, "utf8");
    // Tasks find their secrets in the environment; most runs never need this client.
    const { GetSecretValueCommand, SecretsManagerClient } = await import("@aws-sdk/client-secrets-manager");
    const client = new SecretsManagerClient({ region: reference.secretArn.split(":")[3] ?? "us-east-1" });
    const reply = await client.send(new GetSecretValueCommand({ SecretId: reference.secretArn }));
    return reply.SecretString;
  } catch (cause) {
    throw missing(what, place(reference), cause);
  }
}

function place(reference: SecretReference): string {
  if ("env" in reference) return `the environment variable ${reference.env}`;
  return "file" in reference ? `the file ${reference.file}` : `the secret ${reference.secretArn}`;
}

function missing(what: string, where: string, cause?: unknown): HoldfastError {
  return new HoldfastError({
    code: "SECRET_MISSING",
    message: `${what} is to be read from ${where}, which is not readable or empty.`,
    hint: `Put ${what} there (for a database: postgres://user:password@host:5432/database) and run again.`,
    exitCode: 2,
    cause,
  });
}
