import { z } from "zod";
import type { ManagementApi, RequestOptions } from "../management-api.ts";
import { pitrWindowDays } from "../pitr-variant.ts";
import { present } from "./replies/present.ts";

export interface AddonPrice {
  /** US dollars per `interval`. */
  readonly amount: number;
  /** `monthly`, `hourly`, or one that is new. */
  readonly interval: string;
  readonly description: string;
}

export interface SelectedAddon {
  /** `compute_instance`, `pitr`, `ipv4`, … */
  readonly type: string;
  /** `ci_small`, `pitr_7`, … */
  readonly variant: string;
  readonly price?: AddonPrice;
}

export interface AvailableAddon extends SelectedAddon {
  readonly name: string;
  /** Days that point-in-time recovery reaches back; on its variants alone. */
  readonly windowDays?: number;
}

export interface ProjectAddons {
  /** The compute add-on, e.g. `ci_small`; absent on a project of the smallest size, which needs none. */
  readonly compute?: string;
  readonly pitr?: { readonly variant: string; readonly windowDays: number };
  readonly selected: readonly SelectedAddon[];
  readonly available: readonly AvailableAddon[];
}

const Price = z.object({ amount: z.number(), interval: z.string(), description: z.string() });
const Meta = z.object({ backup_duration_days: z.number().optional().catch(undefined) }).catch({});
const Variant = z.object({ id: z.string(), name: z.string(), price: Price.nullish(), meta: Meta.optional() });
type Variant = z.output<typeof Variant>;

/** An unknown variant (`pitr_56`) tells its days itself. */
function windowDays({ id, meta }: Variant): number | undefined {
  return pitrWindowDays(id) ?? meta?.backup_duration_days;
}

const Reply = z
  .object({
    selected_addons: z.array(z.object({ type: z.string(), variant: Variant })),
    available_addons: z.array(z.object({ type: z.string(), variants: z.array(Variant) })),
  })
  .transform(({ selected_addons, available_addons }, context): ProjectAddons => {
    const compute = selected_addons.find(({ type }) => type === "compute_instance");
    const index = selected_addons.findIndex(({ type }) => type === "pitr");
    const pitr = selected_addons[index]?.variant;
    const days = pitr && windowDays(pitr);
    if (pitr && days === undefined) {
      const path = ["selected_addons", index, "variant", "id"];
      context.addIssue({ code: "custom", path, message: "a variant such as pitr_7" });
      return z.NEVER;
    }
    return present({
      compute: compute?.variant.id,
      pitr: pitr && days !== undefined ? { variant: pitr.id, windowDays: days } : undefined,
      selected: selected_addons.map(({ type, variant }) =>
        present({ type, variant: variant.id, price: variant.price }),
      ),
      available: available_addons.flatMap(({ type, variants }) =>
        variants.map((variant) =>
          present({
            type,
            variant: variant.id,
            name: variant.name,
            price: variant.price,
            windowDays: type === "pitr" ? windowDays(variant) : undefined,
          }),
        ),
      ),
    });
  });

/**
 * What a project has been given beyond its plan, and what it could be given, with prices.
 * @see https://supabase.com/docs/reference/api/v1-list-project-addons
 */
export function listAddons(
  api: ManagementApi,
  ref: string,
  options?: RequestOptions,
): Promise<ProjectAddons> {
  return api.request(
    {
      method: "GET",
      path: "/v1/projects/{ref}/billing/addons",
      parameters: { ref },
      status: 200,
      reply: Reply,
    },
    options,
  );
}
