import type { AuditContext } from "./audit-context.ts";
import type { AuditFact, FactKind } from "./audit-fact.ts";

/** One place that an audit asks. */
export interface AuditSource {
  /** As in `--only`; lower-case words with hyphens. */
  readonly name: string;
  /** Every kind of fact that it can tell. */
  readonly kinds: readonly FactKind[];
  /**
   * Tells its facts one by one; what cannot be asked at all may throw, and becomes one fact of its own. A source that
   * does not apply to the plan tells nothing.
   */
  read(context: AuditContext): AsyncIterable<AuditFact>;
}
