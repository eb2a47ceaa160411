import { parseUrn } from "../deployment/urn.ts";
import type { EngineEvent } from "../events/engine-events.ts";
import type { ChangeCounts } from "../state/stack-history.ts";

const SIGNS: Readonly<Record<string, string>> = {
  create: "+",
  "create-replacement": "++",
  update: "~",
  replace: "+-",
  delete: "-",
  "delete-replaced": "--",
};

/** An event for a person; undefined for one that says nothing worth a line. */
export function displayEvent(
  event: EngineEvent,
): { readonly line: string; readonly isProblem: boolean } | undefined {
  const { resOutputsEvent, diagnosticEvent } = event as {
    readonly resOutputsEvent?: { readonly metadata: { readonly op: string; readonly urn: string } };
    readonly diagnosticEvent?: {
      readonly prefix: string;
      readonly message: string;
      readonly severity: string;
    };
  };
  if (diagnosticEvent) {
    const { prefix, message, severity } = diagnosticEvent;
    return { line: `${prefix}${message}`.trimEnd(), isProblem: severity !== "info" };
  }
  if (!resOutputsEvent) return undefined;
  const { op, urn } = resOutputsEvent.metadata;
  const sign = SIGNS[op];
  if (sign === undefined) return undefined;
  const { type, name } = parseUrn(urn);
  return { line: `${sign.padStart(3)} ${type} ${name} ${op}`, isProblem: false };
}

/** What a run changed, in one paragraph. */
export function displaySummary(counts: ChangeCounts, durationSeconds: number): string {
  const listed = Object.entries(counts).map(([operation, count]) => `    ${count} ${operation}`);
  return [
    "Resources:",
    ...(listed.length > 0 ? listed : ["    none"]),
    `Duration: ${Math.round(durationSeconds)}s`,
  ].join("\n");
}
