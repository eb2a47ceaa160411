import { existsSync } from "node:fs";
import { join } from "node:path";
import { DescribeKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import { CREDENTIALS, REGION, VAULT } from "../aws-place.ts";
import { STACK } from "./open-sandbox-stack.ts";

/**
 * Whether the stack was applied and its key is gone: a killed ministack loses its keys, and what they sealed is then
 * lost too, so half a vault counts as none.
 */
export async function isVaultLost(stackDirectory: string, awsEndpoint: string): Promise<boolean> {
  if (!existsSync(join(stackDirectory, `state/.pulumi/stacks/holdfast/${STACK}.json`))) return false;
  const kms = new KMSClient({ endpoint: awsEndpoint, region: REGION, credentials: CREDENTIALS });
  try {
    await kms.send(new DescribeKeyCommand({ KeyId: VAULT.kms }));
    return false;
  } catch (error) {
    if ((error as Error).name === "NotFoundException") return true;
    throw error;
  } finally {
    kms.destroy();
  }
}
