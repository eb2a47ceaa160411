import { z } from "zod";
import { command, environment } from "./command.ts";
import { field } from "./field.ts";
import { duration } from "./texts.ts";

/** The steps of a recovery at which a project may run a command of its own, in their order. */
export const HOOK_STEPS = [
  "banner-on",
  "webhooks-off",
  "writes-off",
  "rotate-secrets",
  "redeploy",
  "smoke",
  "writes-on",
  "webhooks-on",
  "replay-webhooks",
  "banner-off",
] as const;
export type HookStep = (typeof HOOK_STEPS)[number];

const hook = (text: string) =>
  field(
    z.strictObject({
      command: command(),
      environment: environment().optional(),
      timeout: duration({
        text: "after which the command is ended",
        example: "5m",
        min: "1s",
        max: "4h",
      }).prefault("5m"),
    }),
    {
      text,
      range: "{command: [program, argument, …], environment, timeout}",
      example: "{command: [node, ops/step.js]}",
    },
  )
    .transform(({ timeout, ...rest }) => ({ ...rest, timeoutSeconds: timeout }))
    .optional();

export const Hooks = z.strictObject({
  "banner-on": hook("tells users that maintenance has begun"),
  "webhooks-off": hook("stops incoming webhooks; their senders retry"),
  "writes-off": hook("puts the application in read-only mode"),
  "rotate-secrets": hook("rotates secrets outside Supabase, e.g. the webhook secret"),
  redeploy: hook("redeploys edge functions and the front end"),
  smoke: hook("tries the application against the restored database"),
  "writes-on": hook("ends the read-only mode"),
  "webhooks-on": hook("accepts webhooks again"),
  "replay-webhooks": hook("replays the deliveries that were missed"),
  "banner-off": hook("tells users that maintenance is over"),
} satisfies Record<HookStep, z.ZodType>);
export type Hooks = z.output<typeof Hooks>;
