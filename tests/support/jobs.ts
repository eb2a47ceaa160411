import type { BackupRequest } from "../../jobs/backup/backup-request.ts";
import { type BackupResult, backup } from "../../jobs/backup.ts";
import { type RestoreRequest, type RestoreResult, restore } from "../../jobs/restore.ts";
import type { Check } from "../../jobs/verdict.ts";
import type { VerifyRequest } from "../../jobs/verify/verify-request.ts";
import { type VerifyResult, verify } from "../../jobs/verify.ts";
import { parsePlan } from "../../plan/parse-plan.ts";
import { parsePointId } from "../../plan/point-id.ts";
import type { ProjectPlan } from "../../plan/protection-plan.ts";
import { parseDatabaseUrl } from "../../postgres/database-url.ts";
import type { Manifest } from "../../vault/manifest.ts";
import { openVault } from "../../vault/open-vault.ts";
import type { Vault } from "../../vault/vault.ts";
import type { VaultSettings } from "../../vault/vault-settings.ts";
import { nextSecond } from "./next-second.ts";
import type { TestAws } from "./servers.ts";
import { createVaultPlan } from "./vaults.ts";

export interface JobBench {
  readonly vault: Vault;
  readonly settings: VaultSettings;
  readonly escrowPrivateKeyFile: string;
  /** Waits for a second that the bench's last point is not named by. */
  backup(url: string, overrides?: Partial<BackupRequest>): Promise<BackupResult>;
  /** The database's name is the target's confirmation. */
  restore(manifest: Manifest, url: string, overrides?: Partial<RestoreRequest>): Promise<RestoreResult>;
  verify(manifest: Manifest, url: string, overrides?: Partial<VerifyRequest>): Promise<VerifyResult>;
}

/** What of a proof did not pass. */
export const failures = (proof: Pick<VerifyResult, "checks">): Check[] =>
  proof.checks.filter((check) => check.verdict !== "PASS");

/** The database that a URL names. */
export const databaseOf = (url: string): string => decodeURIComponent(new URL(url).pathname.slice(1));

/** A project of a minimal plan, as the jobs take it. */
export function testProject(overrides: Record<string, unknown> = {}): ProjectPlan {
  const plan = parsePlan(
    {
      environment: "test",
      vault: {
        bucket: "test-vault",
        region: "eu-west-2",
        endpoint: "http://127.0.0.1:9",
        lock: { mode: "none" },
        keys: { escrowPublicKey: { file: "/nonexistent/escrow.pem" } },
      },
      projects: [{ name: "shop", kind: "postgres", connection: { env: "SHOP_URL" }, ...overrides }],
    },
    "the test's plan",
  );
  const [project] = plan.projects;
  if (project === undefined) throw new Error("the test's plan has no project");
  return project;
}

/** A vault of its own and the three jobs on it, with two workers and no progress shown. */
export async function createJobBench(
  options: {
    readonly lockMode?: "compliance" | "governance" | "none";
    readonly aws?: TestAws;
    readonly project?: ProjectPlan;
  } = {},
): Promise<JobBench> {
  const { vault: settings, escrowPrivateKeyFile } = await createVaultPlan(options);
  const vault = await openVault(settings, { clock: () => new Date(), purpose: "write" });
  const project = options.project ?? testProject();
  const common = { vault, workers: 2, progress: () => undefined };
  let named: Date | undefined;
  return {
    vault,
    settings,
    escrowPrivateKeyFile,
    async backup(url, overrides = {}) {
      if (named) await nextSecond(named);
      try {
        const address = parseDatabaseUrl(url);
        const result = await backup({ ...common, project, tier: "nightly", address, ...overrides });
        named = parsePointId(result.manifest.id).at;
        return result;
      } catch (error) {
        named = new Date();
        throw error;
      }
    },
    restore: (manifest, url, overrides = {}) =>
      restore({
        ...common,
        manifest,
        target: parseDatabaseUrl(url),
        confirm: databaseOf(url),
        ...overrides,
      }),
    verify: (manifest, url, overrides = {}) =>
      verify({ ...common, manifest, project, target: parseDatabaseUrl(url), ...overrides }),
  };
}
