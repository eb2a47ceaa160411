import type { ProjectPlan, ProtectionPlan } from "../../plan/protection-plan.ts";
import { hasDrills } from "./has-drills.ts";
import { secretNames } from "./secret-names.ts";

/** What opens the state of a drill's stack, as Pulumi itself asks for it. */
const PASSPHRASE = "PULUMI_CONFIG_PASSPHRASE";
/** What a service that keeps states knows its user by. */
const STATE_TOKEN = "PULUMI_ACCESS_TOKEN";

/** The jobs of one project. */
export const PROJECT_JOBS = ["dump", "sync", "drill"] as const;
export type ProjectJob = (typeof PROJECT_JOBS)[number];

/**
 * The variables that hold what one job of a project logs in and signs with, each once, sorted. A drill has no login to
 * the project that it rehearses the loss of.
 * @throws HoldfastError SECRET_OUT_OF_REACH (exit 2)
 */
export function projectSecretNames(plan: ProtectionPlan, project: ProjectPlan, job: ProjectJob): string[] {
  const { name, connection, storageAccess, drills } = project;
  const where = `projects.${name}`;
  const signing = signingNames(plan);
  if (job === "dump") return distinct(secretNames({ connection }, where), signing);
  if (job === "sync") return distinct(secretNames({ connection, storageAccess }, where), signing);
  return distinct(
    secretNames({ drills }, where),
    secretNames(plan.drills, "drills"),
    tokenNames(plan, [project]),
    signing,
    [PASSPHRASE, ...(plan.drills.backend?.startsWith("https:") ? [STATE_TOKEN] : [])],
  );
}

/**
 * The same of the watch, which has no login to any database.
 * @throws HoldfastError SECRET_OUT_OF_REACH (exit 2)
 */
export function watchSecretNames(plan: ProtectionPlan): string[] {
  const chat = secretNames(plan.alerts.chatWebhook, "alerts.chatWebhook");
  return distinct(chat, tokenNames(plan, plan.projects), signingNames(plan));
}

/** All that jobs of a plan need, each once, sorted. */
export function jobSecretNames(plan: ProtectionPlan): string[] {
  const ofProjects = plan.projects.flatMap((project) =>
    PROJECT_JOBS.filter((job) => job !== "drill" || hasDrills(plan, project)).map((job) =>
      projectSecretNames(plan, project, job),
    ),
  );
  return distinct(watchSecretNames(plan), ...ofProjects);
}

const signingNames = ({ vault }: ProtectionPlan) => secretNames(vault.keys.signing, "vault.keys.signing");

/** Nobody asks Supabase about a project that is not there. */
function tokenNames({ supabase }: ProtectionPlan, projects: readonly ProjectPlan[]): string[] {
  if (!projects.some(({ kind }) => kind === "supabase")) return [];
  return secretNames(supabase.accessToken, "supabase.accessToken");
}

function distinct(...names: readonly (readonly string[])[]): string[] {
  return [...new Set(names.flat())].sort();
}
