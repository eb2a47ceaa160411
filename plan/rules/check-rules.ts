import type { z } from "zod";
import { valueAt } from "../explain-issue.ts";
import type { Finding } from "../plan-problem.ts";
import { Alerts } from "../schema/alerts.ts";
import { DrillPlace } from "../schema/drills.ts";
import { Project } from "../schema/project.ts";
import { Vault } from "../schema/vault.ts";
import { alertsInTime, thresholdsOrdered } from "./alerts-in-time.ts";
import { drillTargetsFit } from "./drill-targets-fit.ts";
import { drillsPossible } from "./drills-possible.ts";
import { hooksPaired } from "./hooks-paired.ts";
import { indexReadable } from "./index-readable.ts";
import { keysSufficient } from "./keys-sufficient.ts";
import { lockMeaningful } from "./lock-meaningful.ts";
import { pitrPossible } from "./pitr-possible.ts";
import type { ProjectRule, VaultRule } from "./plan-rule.ts";
import { projectsDistinct } from "./projects-distinct.ts";
import { replicaApart } from "./replica-apart.ts";
import { replicaOpens } from "./replica-opens.ts";
import { retentionWithinLock } from "./retention-within-lock.ts";
import { rpoReachable } from "./rpo-reachable.ts";
import { storageReadable } from "./storage-readable.ts";
import { supabaseOnly } from "./supabase-only.ts";
import { tierLocks } from "./tier-locks.ts";
import { wiringDistinct } from "./wiring-distinct.ts";

const PROJECT_RULES: readonly ProjectRule[] = [
  supabaseOnly,
  pitrPossible,
  rpoReachable,
  retentionWithinLock,
  tierLocks,
  storageReadable,
  indexReadable,
  drillsPossible,
  drillTargetsFit,
  alertsInTime,
  hooksPaired,
  wiringDistinct,
];

const VAULT_RULES: readonly VaultRule[] = [keysSufficient, replicaOpens, replicaApart, lockMeaningful];

/**
 * Applies the rules between fields to whatever part of the plan is right by itself, so that one bad field in one
 * project does not hide what is wrong with the others.
 */
export function checkRules(input: unknown): Finding[] {
  const vault = part(Vault, valueAt(input, ["vault"]));
  const alerts = part(Alerts, valueAt(input, ["alerts"]) ?? {});
  const drillTarget = part(DrillPlace, valueAt(input, ["drills"]) ?? {})?.target;
  const entries = valueAt(input, ["projects"]);
  const projects = Array.isArray(entries) ? entries.map((entry) => part(Project, entry)) : [];
  const found = projects.flatMap((project, index) =>
    project
      ? PROJECT_RULES.flatMap((rule) => rule(project, { vault, alerts, drillTarget })).map((finding) =>
          finding.path[0] === "root"
            ? { ...finding, path: finding.path.slice(1) }
            : { ...finding, path: ["projects", index, ...finding.path] },
        )
      : [],
  );
  const aboutVault = vault ? VAULT_RULES.flatMap((rule) => rule(vault)) : [];
  return [
    ...aboutVault.map((finding) => ({ ...finding, path: ["vault", ...finding.path] })),
    ...(alerts ? thresholdsOrdered(alerts) : []),
    ...projectsDistinct(entries),
    ...found,
  ];
}

function part<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> | undefined {
  return schema.safeParse(input).data;
}
