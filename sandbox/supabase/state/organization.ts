import { z } from "zod";

/** Field names are those of `startSimulator`'s options. */
export const organizationShape = z.object({
  slug: z.string().regex(/^[\w-]+$/),
  id: z.string(),
  name: z.string(),
  plan: z.enum(["free", "pro", "team", "enterprise"]),
  /** PITR windows that the organization may choose. @default all of them on a paid plan, none on the free one */
  pitrVariants: z.array(z.enum(["pitr_7", "pitr_14", "pitr_28"])).optional(),
  /** Restore points and `undo` work, as for the few organizations that have them. @default false */
  restorePoints: z.boolean().optional(),
});

/** A customer of the simulated platform. */
export type Organization = z.infer<typeof organizationShape>;

const made = (plan: Organization["plan"], name: string): Organization => ({
  slug: `holdfast-${plan}`,
  id: `holdfast-${plan}`,
  name,
  plan,
});

/** One of each plan: `holdfast-free`, `holdfast-pro`, `holdfast-team`, `holdfast-enterprise`. */
export const DEFAULT_ORGANIZATIONS: readonly Organization[] = [
  made("free", "Holdfast Free"),
  made("pro", "Holdfast Pro"),
  made("team", "Holdfast Team"),
  made("enterprise", "Holdfast Enterprise"),
];
