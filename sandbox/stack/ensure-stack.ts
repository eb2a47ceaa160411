import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { replaceFile } from "../replace-file.ts";
import { fillSecrets } from "./fill-secrets.ts";
import { openSandboxStack, type SandboxStackPlace } from "./open-sandbox-stack.ts";

/** Applies the stack, unless it was applied to the same plan on the same servers before. */
export async function ensureStack(place: SandboxStackPlace, say: (text: string) => void): Promise<void> {
  const { directory, plan, awsEndpoint, environment } = place;
  const mark = join(directory, "applied");
  const wanted = createHash("sha256")
    .update(JSON.stringify([plan, awsEndpoint]))
    .digest("hex");
  if (existsSync(mark) && readFileSync(mark, "utf8") === wanted) return;
  say("Applying the stack: vault, keys, roles, jobs, schedules, alarms, and Supabase's settings");
  const { stack } = await openSandboxStack(place);
  await stack.up();
  await fillSecrets(awsEndpoint, environment);
  replaceFile(mark, wanted);
}
