import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { PulumiFn } from "@pulumi/pulumi/automation/index.js";
import { parse } from "yaml";
import { ESCROW_PEM } from "../components/support/escrow-pem.ts";
import { recordStack } from "../support/record-stack.ts";

const ROOT = join(import.meta.dirname, "../..");

/** The plan that is shipped for a stack, with a key that every machine has. */
export function shipped(stack: string) {
  const plan = parse(readFileSync(join(ROOT, `Pulumi.${stack}.yaml`), "utf8")).config["holdfast:plan"];
  return { ...plan, vault: { ...plan.vault, keys: { ...plan.vault.keys, escrowPublicKey: ESCROW_PEM } } };
}

/** The program is a module, which each run needs anew. */
export const programOf =
  (run: string): PulumiFn =>
  () =>
    import(`../../index.ts?policies-${encodeURIComponent(run)}`);

/** What the program declares by a plan, as rules judge it. */
export async function declaredBy(plan: object, run: string) {
  const config = { "holdfast:plan": JSON.stringify(plan) };
  const declared = await recordStack(programOf(run), { config });
  return declared.map(({ inputs, ...one }) => ({ ...one, props: inputs }));
}
