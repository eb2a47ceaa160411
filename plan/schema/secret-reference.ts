import { z } from "zod";
import { field } from "./field.ts";
import { refuse } from "./refuse.ts";

/** Where a secret is found: never the secret itself. */
export type SecretReference =
  | { readonly env: string }
  | { readonly file: string }
  | { readonly secretArn: string };

const RANGE =
  "a reference to where the secret is: {env: NAME}, {file: path} or {secretArn: arn:aws:secretsmanager:…}, never the secret itself";

const FORMS = {
  env: { form: /^[A-Za-z_][A-Za-z0-9_]*$/, range: "the name of an environment variable" },
  file: { form: /^[^\0\n\r]+$/, range: "the path of a file that holds the secret alone" },
  secretArn: {
    form: /^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[\w/+=.@-]+$/,
    range: "the ARN of an AWS Secrets Manager secret",
  },
} as const;

/**
 * A secret reference. Anything else is refused without being shown: a person who writes the secret itself
 * into the plan must not find it in a log as well.
 */
export function secretReference(help: { text: string; example: string }) {
  const schema = z.unknown().transform((value, context): SecretReference => {
    const entries =
      value !== null && typeof value === "object" && !Array.isArray(value) ? Object.entries(value) : [];
    const [entry] = entries;
    if (entries.length !== 1 || !entry || !(entry[0] in FORMS)) {
      const shown = value === undefined ? undefined : describe(value);
      refuse(context, { bound: RANGE, fix: `write ${help.example}`, ...(shown && { shown }) });
      return z.NEVER;
    }
    const [kind, place] = entry as [keyof typeof FORMS, unknown];
    if (typeof place !== "string" || !FORMS[kind].form.test(place)) {
      refuse(context, {
        path: [kind],
        bound: FORMS[kind].range,
        fix: `write ${help.example}`,
        shown: describe(place),
      });
      return z.NEVER;
    }
    return { [kind]: place } as SecretReference;
  });
  return field(schema, { ...help, range: RANGE });
}

function describe(value: unknown): string {
  if (typeof value === "string") return `a text of ${value.length} characters (not shown)`;
  if (Array.isArray(value)) return "a list (not shown)";
  if (value !== null && typeof value === "object") {
    return `an object with the keys ${Object.keys(value).join(", ") || "none"} (values not shown)`;
  }
  return `a ${value === null ? "null" : typeof value} (not shown)`;
}
