import type { ProtectionPlan } from "../../plan/protection-plan.ts";
import { storageEndpoint } from "../../supabase/storage-endpoint.ts";

/** The Storage of every project that the plan protects: none of them is ever restored into. */
export function storageSources({ projects }: Pick<ProtectionPlan, "projects">): string[] {
  return projects.flatMap(({ ref, storageAccess }) => [
    ...(storageAccess?.endpoint === undefined ? [] : [storageAccess.endpoint]),
    ...(ref === undefined ? [] : [storageEndpoint(ref)]),
  ]);
}
