import type { Verdict } from "../jobs/verdict.ts";
import type { AuditContext } from "./audit-context.ts";
import type { AuditFact, FactKind } from "./audit-fact.ts";

export interface FactInput {
  readonly project?: string | undefined;
  /** What it is about within the kind: a tier, a bucket, a key, a role. */
  readonly subject?: string | undefined;
  readonly declared: string;
  readonly actual: string;
  /** @default PASS when both texts are the same, else FAIL */
  readonly verdict?: Verdict | undefined;
  /** Another way to mend it than the kind's, with the same placeholders. */
  readonly fix?: string | undefined;
}

/** A fact of a kind. The subject stands behind the setting: `versioning of the vault: acme-prod-vault`. */
export function makeFact(
  { stack, planOptions }: Pick<AuditContext, "stack" | "planOptions">,
  kind: FactKind,
  { project, subject, declared, actual, ...given }: FactInput,
): AuditFact {
  const verdict = given.verdict ?? (declared === actual ? "PASS" : "FAIL");
  const places: Readonly<Record<string, string | undefined>> = {
    "{stack}": stack,
    "{plan}": planOptions,
    "{project}": project,
    "{subject}": subject,
  };
  const fix = (given.fix ?? kind.fix).replaceAll(/\{[a-z]+\}/g, (place) => places[place] ?? place);
  return {
    id: [kind.id, project, subject].filter((part) => part !== undefined).join("/"),
    ...(project !== undefined && { project }),
    setting: subject === undefined ? kind.setting : `${kind.setting}: ${subject}`,
    declared,
    actual,
    source: kind.source,
    verdict,
    ...(verdict !== "PASS" && { fix }),
  };
}
