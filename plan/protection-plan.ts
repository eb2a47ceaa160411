import type { z } from "zod";
import { resolvePlan } from "./resolve-plan.ts";
import { EnvironmentPlan } from "./schema/environment-plan.ts";

/**
 * The protection plan of one environment: the single source of truth of what is protected and how. Checks each
 * field by itself and fills in defaults; the rules between fields are `parsePlan`'s, which is the way in.
 */
export const ProtectionPlan = EnvironmentPlan.transform(resolvePlan);
export type ProtectionPlan = z.output<typeof ProtectionPlan>;

/** One protected project of a plan, complete with its defaults. */
export type ProjectPlan = ProtectionPlan["projects"][number];
/** The vault of a plan, complete with its defaults. */
export type VaultPlan = ProtectionPlan["vault"];
