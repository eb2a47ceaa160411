import { qualifiedName } from "../../postgres/copy-sql.ts";
import type { Check } from "../verdict.ts";
import type { ProofContext } from "./proof-context.ts";

/** A sequence behind its rows hands out keys that exist already: each must stand where the point says. */
export function proveSequences(context: ProofContext): Check[] {
  const found = new Map(context.catalog.sequences.map((sequence) => [qualifiedName(sequence), sequence]));
  const unreadable = new Set(context.catalog.unreadableSequences.map(qualifiedName));
  return context.manifest.sequences.map((expected): Check => {
    const name = `sequence ${expected.schema}.${expected.name}`;
    const actual = found.get(qualifiedName(expected));
    if (unreadable.has(qualifiedName(expected))) {
      const fix = `GRANT SELECT ON SEQUENCE ${qualifiedName(expected)} to ${context.roles.user}`;
      return { name, verdict: "PARTIAL", detail: `not readable by the proving user: ${fix}` };
    }
    if (actual === undefined) return { name, verdict: "FAIL", detail: "missing" };
    const same = actual.lastValue === expected.lastValue && actual.isCalled === expected.isCalled;
    const detail = `at ${actual.lastValue}${actual.isCalled ? "" : " (not yet called)"}`;
    if (same) return { name, verdict: "PASS", detail };
    const wanted = `${expected.lastValue}${expected.isCalled ? "" : " (not yet called)"}`;
    return { name, verdict: "FAIL", detail: `${detail}; the point says ${wanted}` };
  });
}
