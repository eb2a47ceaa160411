import { gunzipSync } from "node:zlib";
import { HoldfastError } from "../../plan/holdfast-error.ts";

const PACKED = "gzip:";

/**
 * The plan that an environment variable holds: as it is, or, as a task of very many projects has it, packed.
 * @param text YAML or JSON, or `gzip:` and base64 of it
 * @throws HoldfastError PLAN_FILE_UNREADABLE (exit 2)
 */
export function unpackPlan(text: string, variable: string): string {
  if (!text.startsWith(PACKED)) return text;
  try {
    return gunzipSync(Buffer.from(text.slice(PACKED.length), "base64")).toString("utf8");
  } catch (cause) {
    throw new HoldfastError({
      code: "PLAN_FILE_UNREADABLE",
      message: `The environment variable ${variable} begins with ${PACKED}, and what follows is no packed plan`,
      hint: "Put the plan into it as YAML or JSON, or apply the stack again.",
      exitCode: 2,
      cause,
    });
  }
}
