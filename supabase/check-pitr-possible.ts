import { HoldfastError } from "../plan/holdfast-error.ts";
import type { ComputeSize, PitrWindowDays } from "../plan/schema/supabase.ts";
import { type Entitlements, getEntitlements } from "./calls/get-entitlements.ts";
import { getOrganization } from "./calls/get-organization.ts";
import { getProject } from "./calls/get-project.ts";
import { listAddons, type ProjectAddons } from "./calls/list-addons.ts";
import { present } from "./calls/replies/present.ts";
import { computeCarriesPitr } from "./compute-carries-pitr.ts";
import { computeSize } from "./compute-variant.ts";
import type { ManagementApi, RequestOptions } from "./management-api.ts";
import { monthlyPrice } from "./monthly-price.ts";
import { pitrVariant, pitrWindowDays } from "./pitr-variant.ts";

export interface WantedPitr {
  readonly windowDays: PitrWindowDays;
  /** @default the project's own, which costs one more request */
  readonly organizationSlug?: string;
  /** The compute size that the project will have by then. @default the one it has */
  readonly compute?: ComputeSize;
}

export interface PossiblePitr {
  /** Plan of the organization; absent when Supabase does not say. */
  readonly plan?: string;
  /** In US dollars; absent when Supabase does not say. */
  readonly priceUsdPerMonth?: number;
  /** Variant of the compute add-on that the project has now. */
  readonly compute?: string;
  /** Window that the project has now, in days; absent without point-in-time recovery. */
  readonly currentWindowDays?: number;
}

/**
 * Whether a project can have point-in-time recovery of a window: by its organization's plan, what that is entitled to,
 * and its compute. Reads alone; ask before anything is changed or charged.
 * @throws HoldfastError (exit 2) `PITR_NEEDS_PAID_PLAN`, `PITR_NOT_ENTITLED`, `PITR_NEEDS_COMPUTE`: each names the plan,
 *   what is possible, and prices; `ORGANIZATION_UNKNOWN` when Supabase does not say whose the project is
 * @see https://supabase.com/docs/guides/platform/backups#point-in-time-recovery
 */
export async function checkPitrPossible(
  api: ManagementApi,
  ref: string,
  wanted: WantedPitr,
  options?: RequestOptions,
): Promise<PossiblePitr> {
  const slug = wanted.organizationSlug ?? (await organizationOf(api, ref, options));
  const [organization, entitlements, addons] = await Promise.all([
    getOrganization(api, slug, options),
    getEntitlements(api, slug, options),
    listAddons(api, ref, options),
  ]);
  const { plan } = organization;
  const facts: Facts = { ref, slug, plan, entitlements, addons, wanted };
  if (plan === "free") throw needsPaidPlan(facts);
  if (!entitlements.pitrVariants.includes(pitrVariant(wanted.windowDays))) throw notEntitled(facts);
  if (!computeCarriesPitr(computeThen(facts))) throw needsCompute(facts);
  return present({
    plan,
    priceUsdPerMonth: priceOf(addons, pitrVariant(wanted.windowDays)),
    compute: addons.compute,
    currentWindowDays: addons.pitr?.windowDays,
  });
}

interface Facts {
  readonly ref: string;
  readonly slug: string;
  readonly plan: string | undefined;
  readonly entitlements: Entitlements;
  readonly addons: ProjectAddons;
  readonly wanted: WantedPitr;
}

async function organizationOf(api: ManagementApi, ref: string, options?: RequestOptions): Promise<string> {
  const { organizationSlug, organizationId } = await getProject(api, ref, options);
  const slug = organizationSlug ?? organizationId;
  if (slug !== undefined) return slug;
  throw new HoldfastError({
    code: "ORGANIZATION_UNKNOWN",
    message: `Supabase does not say which organization project ${ref} belongs to`,
    hint: "Set organization of the project in the plan to the slug that its address in the dashboard shows.",
    exitCode: 2,
  });
}

function computeThen({ wanted, addons }: Facts): string | undefined {
  return wanted.compute === undefined ? addons.compute : `ci_${wanted.compute}`;
}

function priceOf(addons: ProjectAddons, variant: string): number | undefined {
  return monthlyPrice(addons.available.find((addon) => addon.variant === variant)?.price);
}

/** ` (US$ 100 a month)`; nothing when the price is not told. */
function priced({ addons }: Facts, variant: string): string {
  const price = priceOf(addons, variant);
  return price === undefined ? "" : ` (US$ ${price} a month)`;
}

/** `point-in-time recovery of 7 days (US$ 100 a month) for project …` */
function subject(facts: Facts): string {
  const { windowDays } = facts.wanted;
  return `point-in-time recovery of ${windowDays} days${priced(facts, pitrVariant(windowDays))} for project ${facts.ref}`;
}

function needsPaidPlan(facts: Facts): HoldfastError {
  return new HoldfastError({
    code: "PITR_NEEDS_PAID_PLAN",
    message: `${subject(facts)} needs a paid plan: organization ${facts.slug} is on the free plan`,
    hint: "Upgrade the organization to Pro or higher, or remove pitr from the project in the plan.",
    exitCode: 2,
  });
}

function notEntitled(facts: Facts): HoldfastError {
  const days = facts.entitlements.pitrVariants
    .flatMap((variant) => pitrWindowDays(variant) ?? [])
    .sort((one, other) => one - other);
  const windows = days.map((day) => `${day} days${priced(facts, `pitr_${day}`)}`).join(", ");
  return new HoldfastError({
    code: "PITR_NOT_ENTITLED",
    message: `${subject(facts)} is not included: organization ${facts.slug} (plan ${facts.plan ?? "unknown"}) is entitled to ${windows || "no window"}`,
    hint:
      days.length === 0
        ? "Upgrade the organization's plan, or remove pitr from the project in the plan."
        : `Set pitr.windowDays to ${days.join(" or ")}, or upgrade the organization's plan.`,
    exitCode: 2,
  });
}

function needsCompute(facts: Facts): HoldfastError {
  const variant = computeThen(facts);
  const size = variant === undefined ? "the smallest size" : (computeSize(variant) ?? variant);
  return new HoldfastError({
    code: "PITR_NEEDS_COMPUTE",
    message: `${subject(facts)} needs compute small${priced(facts, "ci_small")} or larger; it has ${size} (plan ${facts.plan ?? "unknown"})`,
    hint: "Set compute of the project to small or larger, or remove pitr from it in the plan.",
    exitCode: 2,
  });
}
