import { redact } from "../../../plan/redact.ts";
import type { EngineEvent } from "../events/engine-events.ts";
import type { ConfigValue } from "../settings/stack-config.ts";
import type { StoredSetting } from "../settings/stack-settings.ts";

/** A shorter secret would hide parts of ordinary words. */
const SHORTEST = 4;

/** Hides the stack's secret settings, and what looks like a secret, in what programs and providers say. */
export function secretFilter(config: ReadonlyMap<string, ConfigValue>): (event: EngineEvent) => EngineEvent {
  const secrets = [...config.values()]
    .flatMap(({ secret, text, object }) => (secret ? [text, ...textsOf(object)] : []))
    .filter((text) => text.length >= SHORTEST)
    .sort((one, other) => other.length - one.length);
  const hide = (text: string): string =>
    redact(secrets.reduce((hidden, secret) => hidden.replaceAll(secret, "[secret]"), text));
  return (event) => {
    const diagnostic = event.diagnosticEvent as { readonly message: string } | undefined;
    return diagnostic ? { diagnosticEvent: { ...diagnostic, message: hide(diagnostic.message) } } : event;
  };
}

/** Of a list or map with a secret in it, every text may be that. */
function textsOf(value: StoredSetting | undefined): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsOf) : [];
}
