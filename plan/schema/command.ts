import { z } from "zod";
import { redact } from "../redact.ts";
import { field } from "./field.ts";
import { refuse } from "./refuse.ts";
import { secretReference } from "./secret-reference.ts";

/** A program and its arguments; no shell reads it. */
export const command = () => {
  const schema = z
    .array(field(z.string().min(1), { text: "an argument", range: "a text", example: "node" }))
    .min(1)
    .superRefine((words, context) => {
      const line = words.join(" ");
      if (redact(line) !== line) {
        refuse(context, {
          bound: "a command without secrets: arguments are visible to every process of the machine",
          fix: "pass the secret by environment: {NAME: {env: NAME}}",
          shown: redact(line),
        });
      }
    });
  return field(schema, {
    text: "the program and its arguments, run without a shell",
    range: "a list of texts, one an argument",
    example: "[node, ops/webhooks.js, off]",
  });
};

export const environment = () =>
  field(
    z.record(
      z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/),
      secretReference({ text: "a secret the command needs", example: "{env: SHOPIFY_TOKEN}" }),
    ),
    {
      text: "secrets handed to the command as environment variables",
      range: "secret references by variable name",
      example: "{SHOPIFY_TOKEN: {env: SHOPIFY_TOKEN}}",
    },
  );
