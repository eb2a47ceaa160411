import { readFile } from "node:fs/promises";
import { resolveSecret } from "../../jobs/resolve-secret.ts";
import type { Clock } from "../../plan/clock.ts";
import { findProject } from "../../plan/find-project.ts";
import { HoldfastError } from "../../plan/holdfast-error.ts";
import type { ProjectPlan, ProtectionPlan } from "../../plan/protection-plan.ts";
import { openVault } from "../../vault/open-vault.ts";
import type { Vault } from "../../vault/vault.ts";
import { loadPlan } from "./load-plan.ts";

export interface OpenProjectRequest {
  readonly stack?: string | undefined;
  readonly plan?: string | undefined;
  readonly project?: string | undefined;
  readonly "escrow-key"?: string | undefined;
  readonly replica?: boolean | undefined;
}

export interface OpenedProject {
  readonly plan: ProtectionPlan;
  readonly project: ProjectPlan;
  readonly vault: Vault;
}

/**
 * Opens what nearly every command works with: the plan, one project of it and the vault.
 *
 * @param purpose `write` checks keys and bucket at once, so that a backup fails before it reads the database
 * @throws HoldfastError of the plan, PROJECT_UNKNOWN, ESCROW_KEY_UNREADABLE (exit 2), and those of the vault
 */
export async function openProject(
  request: OpenProjectRequest,
  options: { readonly clock: Clock; readonly purpose: "read" | "write" },
): Promise<OpenedProject> {
  const plan = await loadPlan(request);
  const project = chooseProject(plan, request.project);
  const escrowPrivateKeyPem = await readEscrowKey(request["escrow-key"]);
  const vault = await openVault(
    { ...plan.vault, environment: plan.environment },
    {
      ...options,
      useReplica: request.replica,
      readSecret: resolveSecret,
      ...(escrowPrivateKeyPem === undefined ? {} : { escrowPrivateKeyPem }),
    },
  );
  return { plan, project, vault };
}

function chooseProject(plan: ProtectionPlan, name: string | undefined): ProjectPlan {
  const [only, ...others] = plan.projects;
  if (name !== undefined) return findProject(plan, name);
  if (only !== undefined && others.length === 0) return only;
  throw new HoldfastError({
    code: "USAGE",
    message: `The plan of ${plan.environment} protects ${plan.projects.length} projects, and none is named`,
    hint: `Add --project NAME, one of ${plan.projects.map((project) => project.name).join(", ")}.`,
    exitCode: 2,
  });
}

async function readEscrowKey(file: string | undefined): Promise<string | undefined> {
  if (file === undefined) return undefined;
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    throw new HoldfastError({
      code: "ESCROW_KEY_UNREADABLE",
      message: `The escrow key file ${file} cannot be read`,
      hint: "Give the path of the RSA private key (PEM) that was put away when the vault was made.",
      exitCode: 2,
      cause,
    });
  }
}
