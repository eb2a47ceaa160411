import { canonicalRange } from "../../components/supabase/canonical-range.ts";
import type { ProjectPlan } from "../../plan/protection-plan.ts";
import type { ProjectSettings } from "../../supabase/project-settings.ts";
import type { AuditContext } from "../audit-context.ts";
import type { AuditFact, FactKind } from "../audit-fact.ts";
import { makeFact } from "../make-fact.ts";

const SSL: FactKind = {
  id: "supabase.ssl",
  setting: "connections without TLS",
  source: "Supabase GET /v1/projects/{ref}/ssl-enforcement",
  fix: "pulumi up --refresh --stack {stack}",
};
const NETWORK: FactKind = {
  id: "supabase.network",
  setting: "addresses that may connect",
  source: "Supabase GET /v1/projects/{ref}/network-restrictions",
  fix: "pulumi up --refresh --stack {stack}",
};

export const ACCESS_KINDS: readonly FactKind[] = [SSL, NETWORK];

/** Who may connect to a project's database, and how. */
export function* accessFacts(
  context: AuditContext,
  { name: project, sslEnforcement, networkRestrictions }: ProjectPlan,
  { ssl, restrictions }: Pick<ProjectSettings, "ssl" | "restrictions">,
): Generator<AuditFact> {
  if (sslEnforcement !== undefined) {
    const refused = (enforced: boolean) => (enforced ? "refused" : "accepted");
    const pending = ssl.appliedSuccessfully ? "" : ", and the change has not reached the database";
    const actual = `${refused(ssl.databaseEnforced)}${pending}`;
    yield makeFact(context, SSL, { project, declared: refused(sslEnforcement), actual });
  }
  if (networkRestrictions === undefined) return;
  const versions = [
    ["IPv4", networkRestrictions.allowedCidrs, restrictions.allowedCidrs],
    ["IPv6", networkRestrictions.allowedCidrsV6, restrictions.allowedCidrsV6],
  ] as const;
  for (const [subject, declared, actual] of versions) {
    const pending = restrictions.status === "applied" ? "" : ` (${restrictions.status}, not applied)`;
    yield makeFact(context, NETWORK, {
      project,
      subject,
      declared: inWords(declared),
      actual: inWords(actual) + pending,
    });
  }
}

/** In the one form and order by which two lists are compared. */
const inWords = (ranges: readonly string[]): string =>
  ranges.length === 0 ? "none" : ranges.map(canonicalRange).toSorted().join(", ");
