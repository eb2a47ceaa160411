import { HoldfastError } from "../../plan/holdfast-error.ts";
import type { ComputeSize } from "../../plan/schema/supabase.ts";
import { getOrganization } from "../../supabase/calls/get-organization.ts";
import { listAddons, type ProjectAddons } from "../../supabase/calls/list-addons.ts";
import { computeSize, computeVariant } from "../../supabase/compute-variant.ts";
import type { ManagementApi } from "../../supabase/management-api.ts";
import { describePrice } from "./describe-price.ts";
import { refuseTooSmallForPitr } from "./refuse-too-small-for-pitr.ts";

/**
 * Refuses a compute size that the project cannot have, before anything is changed.
 * @throws HoldfastError COMPUTE_NEEDS_PAID_PLAN, COMPUTE_SIZE_NOT_OFFERED, COMPUTE_TOO_SMALL_FOR_PITR (exit 2), each
 * with the price of what is asked for or of what there is
 */
export async function admitComputeSize(
  api: ManagementApi,
  project: { readonly ref: string; readonly organizationSlug?: string },
  size: ComputeSize,
): Promise<void> {
  const { ref, organizationSlug } = project;
  const variant = computeVariant(size);
  const addons = await listAddons(api, ref);
  const organization = organizationSlug && (await getOrganization(api, organizationSlug));
  if (organization && organization.plan === "free") {
    throw new HoldfastError({
      code: "COMPUTE_NEEDS_PAID_PLAN",
      message: `Compute size ${size} (${describePrice(priceOf(addons, variant))}) for project ${ref} needs a paid plan, and organization ${organizationSlug} is on the free plan`,
      hint: "Upgrade the organization to Pro in the dashboard (Organization settings, Billing), or leave compute out.",
      exitCode: 2,
    });
  }
  const offered = addons.available.filter(({ type }) => type === "compute_instance");
  if (!offered.some((offer) => offer.variant === variant)) {
    const sizes = offered.map(
      (offer) => `${computeSize(offer.variant) ?? offer.variant} ${describePrice(offer.price)}`,
    );
    throw new HoldfastError({
      code: "COMPUTE_SIZE_NOT_OFFERED",
      message: `Supabase does not offer compute size ${size} to project ${ref}`,
      hint: `It offers: ${sizes.join(", ") || "nothing"}.`,
      exitCode: 2,
    });
  }
  refuseTooSmallForPitr(ref, size, addons);
}

const priceOf = ({ available }: ProjectAddons, variant: string) =>
  available.find((offer) => offer.variant === variant)?.price;
