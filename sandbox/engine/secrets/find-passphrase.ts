import { readFileSync } from "node:fs";
import { EngineError } from "../engine-error.ts";

/**
 * The passphrase of the stacks, from `PULUMI_CONFIG_PASSPHRASE` or the file that `PULUMI_CONFIG_PASSPHRASE_FILE` names.
 * @throws EngineError when neither is set, or the file cannot be read
 */
export function findPassphrase(environment: NodeJS.ProcessEnv): string {
  const given = environment.PULUMI_CONFIG_PASSPHRASE;
  if (given !== undefined) return given;
  const file = environment.PULUMI_CONFIG_PASSPHRASE_FILE;
  if (file === undefined)
    throw new EngineError(
      "passphrase must be set with PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE environment variables",
    );
  try {
    return readFileSync(file, "utf8").trim();
  } catch (error) {
    throw new EngineError(`PULUMI_CONFIG_PASSPHRASE_FILE ${file} cannot be read`, { cause: error });
  }
}
