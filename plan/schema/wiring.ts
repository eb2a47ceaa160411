import { z } from "zod";
import { command, environment } from "./command.ts";
import { field } from "./field.ts";
import { refuse } from "./refuse.ts";
import { secretReference } from "./secret-reference.ts";
import { duration, text, words } from "./texts.ts";

/**
 * What a variable of the application receives at a cut-over. `platform`: Supabase itself provides it in the new
 * project, the cut-over only checks that it is there.
 */
export const WIRED_VALUES = ["url", "anon-key", "service-role-key", "database-url", "platform"] as const;
export type WiredValue = (typeof WIRED_VALUES)[number];

/** Prefixes whose variables a bundler copies into pages that every visitor can read. */
const PUBLIC_PREFIXES = ["VITE_", "NEXT_PUBLIC_", "REACT_APP_", "PUBLIC_", "EXPO_PUBLIC_", "NUXT_PUBLIC_"];

const variables = () =>
  field(
    z
      .record(
        z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/),
        field(z.enum(WIRED_VALUES), {
          text: "what the variable receives",
          range: WIRED_VALUES.join(", "),
          example: "url",
        }),
      )
      .superRefine((entries, context) => {
        if (Object.keys(entries).length === 0) {
          refuse(context, { bound: "at least one variable", fix: "write e.g. {SUPABASE_URL: url}" });
        }
        for (const [name, value] of Object.entries(entries)) {
          if (
            PUBLIC_PREFIXES.some((prefix) => name.startsWith(prefix)) &&
            /service-role|database/.test(value)
          ) {
            refuse(context, {
              path: [name],
              bound: "url or anon-key: variables of this prefix are readable in every visitor's browser",
              fix: "give this value to a variable that only the server reads",
            });
          }
        }
      }),
    {
      text: "which variable of the application receives which value",
      range: "url, anon-key, service-role-key, database-url or platform by variable name",
      example: "{VITE_SUPABASE_URL: url}",
    },
  );

const stage = () =>
  field(z.enum(["staging", "production"]), {
    text: "when the target is wired: staging before the smoke tests, production at the cut-over",
    range: "staging or production",
    example: "production",
  });

const targetKind = <Kind extends string>(kind: Kind) =>
  field(z.literal(kind), {
    text: "what holds the variables",
    range: "vercel, edge-secrets or command",
    example: kind,
  });

const vercel = z.strictObject({
  kind: targetKind("vercel"),
  stage: stage(),
  project: words({ text: "the Vercel project", example: "ordak-ui" }),
  team: words({ text: "the Vercel team", example: "bannos" }).optional(),
  token: secretReference({ text: "the Vercel access token", example: "{env: VERCEL_TOKEN}" }),
  variables: variables(),
});

/** @see https://supabase.com/docs/guides/functions/secrets names with SUPABASE_ are the platform's own */
const edgeSecrets = z
  .strictObject({
    kind: targetKind("edge-secrets"),
    stage: stage(),
    ref: text({
      text: "the Supabase project whose functions are wired; the restored one when absent",
      example: "abcdefghijklmnopqrst",
      range: "20 lower-case letters",
      form: /^[a-z]{20}$/,
    }).optional(),
    variables: variables(),
  })
  .superRefine((target, context) => {
    for (const [name, value] of Object.entries(target.variables)) {
      if (name.startsWith("SUPABASE_") && value !== "platform") {
        refuse(context, {
          path: ["variables", name],
          bound: "platform: Supabase provides SUPABASE_* to functions and refuses to have them set",
          fix: `write ${name}: platform`,
        });
      }
    }
  });

const ownCommand = z
  .strictObject({
    kind: targetKind("command"),
    stage: stage(),
    command: command(),
    environment: environment().optional(),
    timeout: duration({
      text: "after which the command is ended",
      example: "5m",
      min: "1s",
      max: "4h",
    }).prefault("5m"),
    variables: variables(),
  })
  .transform(({ timeout, ...rest }) => ({ ...rest, timeoutSeconds: timeout }));

/** Where the address and keys of a restored project are written at a cut-over. */
export const WiringTarget = field(z.discriminatedUnion("kind", [vercel, edgeSecrets, ownCommand]), {
  text: "a place that holds the project's address and keys",
  range: "{kind: vercel | edge-secrets | command, stage, variables, …}",
  example: "{kind: edge-secrets, stage: production, variables: {SUPABASE_SERVICE_ROLE_KEY: platform}}",
});
export type WiringTarget = z.output<typeof WiringTarget>;
