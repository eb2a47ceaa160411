import { qualifiedName } from "../../postgres/copy-sql.ts";
import type { Check } from "../verdict.ts";
import type { ProofContext } from "./proof-context.ts";

/**
 * The server logs so many values of a sequence in advance; a recovery from its log goes on behind them, and the values
 * between are never handed out.
 * @see https://github.com/postgres/postgres/blob/REL_15_STABLE/src/backend/commands/sequence.c (SEQ_LOG_VALS)
 */
const VALUES_LOGGED_AHEAD = 32n;

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
    if (context.recoveredFromWal && isLoggedAhead(expected, actual))
      return { name, verdict: "PASS", detail: `${detail}, ahead of ${expected.lastValue} as the log is` };
    const wanted = `${expected.lastValue}${expected.isCalled ? "" : " (not yet called)"}`;
    return { name, verdict: "FAIL", detail: `${detail}; the point says ${wanted}` };
  });
}

function isLoggedAhead(
  expected: ProofContext["manifest"]["sequences"][number],
  actual: ProofContext["catalog"]["sequences"][number],
): boolean {
  const increment = BigInt(actual.increment);
  const ahead = BigInt(actual.lastValue) - BigInt(expected.lastValue);
  const steps = ahead / increment;
  const whole = steps * increment === ahead;
  return actual.isCalled && whole && steps >= 0n && steps <= VALUES_LOGGED_AHEAD;
}
