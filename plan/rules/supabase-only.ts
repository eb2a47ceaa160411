import type { Project } from "../schema/project.ts";
import type { ProjectRule } from "./plan-rule.ts";

const FIELDS = [
  "ref",
  "organization",
  "compute",
  "pitr",
  "backupSchedule",
  "sslEnforcement",
  "networkRestrictions",
  "storageAccess",
] as const satisfies readonly (keyof Project)[];

/** What only Supabase offers cannot be declared for a plain PostgreSQL database. */
export const supabaseOnly: ProjectRule = (project) => {
  if (project.kind === "supabase") return [];
  const declared: string[] = FIELDS.filter((field) => project[field] !== undefined);
  if (project.storage.length > 0) declared.push("storage");
  return declared.map((field) => ({
    path: [field],
    bound: "absent: only projects of kind supabase have it",
    fix: `remove ${field}, or write kind: supabase`,
  }));
};
