import { redact } from "../../plan/redact.ts";
import { rule } from "../support/rule.ts";

const TEXTS: Readonly<Record<string, readonly string[]>> = {
  "aws:ecs/taskDefinition:TaskDefinition": ["containerDefinitions"],
  "aws:scheduler/schedule:Schedule": ["target"],
  "aws:sfn/stateMachine:StateMachine": ["definition"],
  "aws:cloudwatch/eventTarget:EventTarget": ["input"],
};
const SECRET_NAME = /PASSWORD|PASSPHRASE|SECRET|TOKEN|PRIVATE_KEY|API_KEY|DATABASE_URL/i;

/** Whoever may describe a task could read it there; it belongs into `secrets`, by reference. */
export const noPlaintextSecrets = rule(
  "no-plaintext-secrets",
  "Nothing that looks like a secret stands in a task definition, a schedule or a state machine.",
  Object.keys(TEXTS),
  ({ type, props }) =>
    (TEXTS[type] ?? []).flatMap((property) => {
      const text =
        typeof props[property] === "string" ? props[property] : JSON.stringify(props[property] ?? "");
      return [
        ...(redact(text) === text
          ? []
          : [`\`${property}\` holds what looks like a secret: pass it by \`secrets\``]),
        ...(property === "containerDefinitions" ? namedLikeSecrets(text) : []),
      ];
    }),
);

/** Variables whose names promise a secret and whose values stand there. */
function namedLikeSecrets(containerDefinitions: string): string[] {
  const containers = JSON.parse(containerDefinitions) as {
    readonly environment?: readonly { readonly name: string; readonly value?: string }[];
  }[];
  return containers
    .flatMap(({ environment }) => environment ?? [])
    .filter(({ name, value }) => SECRET_NAME.test(name) && value)
    .map(({ name }) => `pass the variable ${name} by \`secrets\`, not by \`environment\``);
}
