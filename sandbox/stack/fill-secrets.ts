import {
  PutSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { CREDENTIALS, REGION } from "../aws-place.ts";
import { ENVIRONMENT } from "../sandbox-plan.ts";

/**
 * Puts the values into the secrets that the stack declares empty, as an operator does on the first day: they never
 * pass through the stack's state.
 * @param values by the name of the environment variable that a task gets the secret as
 */
export async function fillSecrets(
  awsEndpoint: string,
  values: Readonly<Record<string, string>>,
): Promise<void> {
  const client = new SecretsManagerClient({
    endpoint: awsEndpoint,
    region: REGION,
    credentials: CREDENTIALS,
  });
  const put = async ([name, SecretString]: readonly [string, string]): Promise<void> => {
    try {
      await client.send(
        new PutSecretValueCommand({ SecretId: `holdfast/${ENVIRONMENT}/${name}`, SecretString }),
      );
    } catch (error) {
      // Not every variable is one that the plan refers to.
      if (!(error instanceof ResourceNotFoundException)) throw error;
    }
  };
  try {
    await Promise.all(Object.entries(values).map(put));
  } finally {
    client.destroy();
  }
}
