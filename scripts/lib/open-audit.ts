import { auditAws } from "../../audit/audit-aws.ts";
import type { AuditContext } from "../../audit/audit-context.ts";
import { readEvidenceIndex } from "../../audit/evidence-index.ts";
import { once } from "../../jobs/once.ts";
import { openApi } from "../../jobs/open-api.ts";
import { resolveSecret } from "../../jobs/resolve-secret.ts";
import type { ProtectionPlan } from "../../plan/protection-plan.ts";
import { openVault } from "../../vault/open-vault.ts";
import type { CommandContext } from "./run-command.ts";

export interface OpenedAudit {
  readonly context: AuditContext;
  close(): void;
}

/**
 * Opens what an audit asks. Nothing is asked yet: a source that cannot be reached is a finding, and no failure.
 * @throws HoldfastError ESCROW_KEY_INVALID (exit 2)
 */
export async function openAudit(
  plan: ProtectionPlan,
  named: { readonly stack?: string | undefined; readonly plan?: string | undefined },
  { clock, signal, progress }: Pick<CommandContext, "clock" | "signal" | "progress">,
): Promise<OpenedAudit> {
  const vault = await openVault(
    { ...plan.vault, environment: plan.environment },
    { clock, readSecret: resolveSecret },
  );
  const aws = auditAws(plan.vault);
  const context: AuditContext = {
    plan,
    planOptions: named.stack === undefined ? `--plan ${named.plan}` : `--stack ${named.stack}`,
    stack: named.stack ?? plan.environment,
    ...{ vault, aws, clock, signal, progress },
    api: openApi(plan, clock),
    evidence: once(() => readEvidenceIndex(vault, plan, clock())),
  };
  return {
    context,
    close() {
      aws.close();
      vault.close();
    },
  };
}
