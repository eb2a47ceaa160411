import { auditAws } from "../../../audit/audit-aws.ts";
import type { AuditContext } from "../../../audit/audit-context.ts";
import type { AuditFact } from "../../../audit/audit-fact.ts";
import type { AuditSource } from "../../../audit/audit-source.ts";
import { readEvidenceIndex } from "../../../audit/evidence-index.ts";
import { HoldfastError } from "../../../plan/holdfast-error.ts";
import { parsePlan } from "../../../plan/parse-plan.ts";
import type { ProtectionPlan } from "../../../plan/protection-plan.ts";
import { openManagementApi } from "../../../supabase/open-management-api.ts";
import { openVault } from "../../../vault/open-vault.ts";
import type { Vault } from "../../../vault/vault.ts";
import { createVaultPlan } from "../../support/vaults.ts";

/** A vault of its own and an audit of it at any time. */
export interface AuditBench {
  readonly plan: ProtectionPlan;
  /** Its clock is the bench's. */
  readonly vault: Vault;
  /** What every clock shows; moved by the test. */
  now: Date;
  context(overrides?: Partial<AuditContext>): AuditContext;
  /** Asks one source anew. */
  facts(source: AuditSource, overrides?: Partial<AuditContext>): Promise<AuditFact[]>;
  close(): void;
}

export interface AuditBenchOptions {
  readonly projects: readonly Readonly<Record<string, unknown>>[];
  /** @default noon of 30 June 2031, so that locks of its points end in the store's own future */
  readonly now?: Date;
  /** @default governance */
  readonly lockMode?: "compliance" | "governance" | "none";
  readonly supabase?: { readonly endpoint: string; readonly token: string };
  /** Beside vault and projects. */
  readonly plan?: Readonly<Record<string, unknown>>;
}

export const NOON = new Date("2031-06-30T12:00:00Z");

export async function createAuditBench(options: AuditBenchOptions): Promise<AuditBench> {
  const { projects, now = NOON, lockMode = "governance", supabase } = options;
  const { vault: settings } = await createVaultPlan({ lockMode });
  const { environment, ...vaultPlan } = settings;
  const plan = parsePlan({ environment, vault: vaultPlan, projects, ...options.plan }, "the test's plan");
  const vault = await openVault(settings, { clock: () => bench.now });
  const aws = auditAws(plan.vault);
  const bench: AuditBench = {
    plan,
    vault,
    now,
    context: (overrides = {}) => ({
      ...{ plan, vault, aws, planOptions: "--stack test", stack: "test" },
      api: async () => {
        if (supabase === undefined) throw noApi();
        return openManagementApi({ ...supabase, clock: () => new Date() });
      },
      evidence: () => readEvidenceIndex(vault, plan, bench.now),
      clock: () => bench.now,
      signal: new AbortController().signal,
      progress: () => undefined,
      ...overrides,
    }),
    facts: async (source, overrides) => {
      const facts: AuditFact[] = [];
      for await (const fact of source.read(bench.context(overrides))) facts.push(fact);
      return facts;
    },
    close() {
      aws.close();
      vault.close();
    },
  };
  return bench;
}

function noApi(): HoldfastError {
  const message = "Supabase's access token is read from SUPABASE_ACCESS_TOKEN, which is not set.";
  return new HoldfastError({
    code: "SECRET_MISSING",
    message,
    hint: "Set SUPABASE_ACCESS_TOKEN.",
    exitCode: 2,
  });
}

/** What does not pass: `id: actual`. */
export const findings = (facts: readonly AuditFact[]): string[] =>
  facts.filter(({ verdict }) => verdict !== "PASS").map(({ id, actual }) => `${id}: ${actual}`);

/** The fact of an id. */
export function factOf(facts: readonly AuditFact[], id: string): AuditFact {
  const fact = facts.find((one) => one.id === id);
  if (fact === undefined) throw new Error(`no fact ${id} among ${facts.map((one) => one.id).join(", ")}`);
  return fact;
}
