import { z } from "zod";
import { ADDON_CATALOG, type AddonVariant, addonTypeOf, allowsPitr } from "../addon-catalog.ts";
import { Refusal } from "../answer.ts";
import { type Endpoint, endpoint } from "../endpoint.ts";
import { pitrVariantsOf } from "../entitlements-of.ts";
import type { Platform } from "../platform.ts";
import type { ProjectRecord } from "../state/project-record.ts";

const TYPES = [
  "custom_domain",
  "compute_instance",
  "pitr",
  "ipv4",
  "auth_mfa_phone",
  "auth_mfa_web_authn",
  "log_drain",
  "etl_pipeline",
] as const;

const variantShape = z.string().refine((variant) => addonTypeOf(variant) !== undefined, "Invalid input");
const DEFAULT_COMPUTE = "ci_micro";

function variantOf(id: string): AddonVariant | undefined {
  return ADDON_CATALOG.flatMap(({ variants }) => variants).find((variant) => variant.id === id);
}

/** @throws Refusal 400 on the free plan, 429 while the last change is processed */
function checkEditable(platform: Platform, project: ProjectRecord): void {
  if (platform.organizationOf(project).plan === "free")
    throw new Refusal(400, "Project addons cannot be edited on the free tier.");
  const { addonCooldownSeconds } = platform.timing;
  const changed = project.addonsChangedAt === undefined ? 0 : Date.parse(project.addonsChangedAt);
  const left = addonCooldownSeconds - (platform.clock().getTime() - changed) / 1000;
  const status = platform.status(project);
  if (left > 0 || status === "RESIZING") {
    const minutes = Math.max(1, Math.ceil(left / 60));
    throw new Refusal(429, `We are still processing addon changes, please try again in ${minutes} minute(s)`);
  }
  // UNVERIFIED: what a project in any other transition answers.
  if (status !== "ACTIVE_HEALTHY") throw new Refusal(400, `Project is not active, it is ${status}`);
}

/** UNVERIFIED texts: only the dashboard is known to refuse PITR below Small, in both directions. @throws Refusal 400 */
function checkTogether(platform: Platform, project: ProjectRecord, type: string, variant: string): void {
  const { compute_instance: compute, pitr } = project.addons;
  if (type === "pitr" && !pitrVariantsOf(platform.organizationOf(project)).includes(variant))
    throw new Refusal(400, "Organization is not entitled to the selected PITR duration.");
  if (type === "pitr" && !allowsPitr(compute))
    throw new Refusal(400, "Point in time recovery requires a compute size of at least Small.");
  if (type === "compute_instance" && pitr !== undefined && !allowsPitr(variant))
    throw new Refusal(400, "Point in time recovery must be disabled before downgrading below Small.");
}

function change(platform: Platform, project: ProjectRecord, addons: ProjectRecord["addons"]): void {
  const { ref, addons: before } = project;
  const changed = platform.update(ref, { addons, addonsChangedAt: platform.clock().toISOString() });
  if (before.compute_instance !== addons.compute_instance)
    platform.tasks.start(changed, { kind: "resize", seconds: platform.timing.resizeSeconds });
}

/** Add-ons of a project: compute size, PITR and more. */
export const addonEndpoints: readonly Endpoint[] = [
  endpoint({
    method: "GET",
    path: "/v1/projects/{ref}/billing/addons",
    handle: (platform, { ref }) => {
      const { addons } = platform.project(ref);
      const selected = Object.entries(addons).map(([type, id]) => ({ type, variant: variantOf(id) }));
      return { status: 200, body: { selected_addons: selected, available_addons: ADDON_CATALOG } };
    },
  }),
  endpoint({
    method: "PATCH",
    path: "/v1/projects/{ref}/billing/addons",
    body: z.object({ addon_type: z.enum(TYPES), addon_variant: variantShape }),
    handle: (platform, { ref, json }) => {
      const { addon_type: type, addon_variant: variant } = json;
      const project = platform.project(ref);
      checkEditable(platform, project);
      if (addonTypeOf(variant) !== type) throw new Refusal(400, "addon_variant: Invalid input");
      checkTogether(platform, project, type, variant);
      // UNVERIFIED: that the choice of what is chosen already does nothing.
      if (project.addons[type] !== variant) change(platform, project, { ...project.addons, [type]: variant });
      return { status: 200 };
    },
  }),
  endpoint({
    method: "DELETE",
    path: "/v1/projects/{ref}/billing/addons/{addon_variant}",
    handle: (platform, { ref, parameters }) => {
      const variant = parameters.addon_variant ?? "";
      const type = addonTypeOf(variant);
      if (type === undefined) throw new Refusal(400, "addon_variant: Invalid input");
      const project = platform.project(ref);
      checkEditable(platform, project);
      // UNVERIFIED: the answer for an add-on that the project has not.
      if (project.addons[type] !== variant) throw new Refusal(404, "Addon not found");
      const { [type]: _, ...rest } = project.addons;
      const addons = type === "compute_instance" ? { ...rest, compute_instance: DEFAULT_COMPUTE } : rest;
      if (type === "compute_instance") checkTogether(platform, project, type, DEFAULT_COMPUTE);
      change(platform, project, addons);
      return { status: 200 };
    },
  }),
];
