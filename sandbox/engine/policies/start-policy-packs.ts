import { type PolicyPack, type PolicyPackOptions, startPolicyPack } from "./policy-pack.ts";

/** Starts every pack, side by side; where one fails, none is left running. @throws EngineError of the first that fails */
export async function startPolicyPacks(
  directories: readonly string[],
  options: PolicyPackOptions,
): Promise<readonly PolicyPack[]> {
  const started = await Promise.allSettled(
    directories.map((directory) => startPolicyPack(directory, options)),
  );
  const packs = started.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value] : []));
  const failed = started.find((outcome) => outcome.status === "rejected");
  if (!failed) return packs;
  for (const pack of packs) pack.close();
  throw failed.reason;
}
