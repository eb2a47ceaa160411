/** An add-on as the platform offers it. */
export interface AddonVariant {
  readonly id: string;
  readonly name: string;
  readonly price: {
    readonly description: string;
    readonly type: "fixed" | "usage";
    readonly interval: "monthly" | "hourly";
    readonly amount: number;
  };
  readonly meta?: Readonly<Record<string, unknown>>;
}

export interface AddonOffer {
  readonly type: string;
  readonly name: string;
  readonly variants: readonly AddonVariant[];
}

/** US dollars an hour, as the platform's price list had them in November 2026; smallest first. */
const COMPUTE = [
  ["ci_micro", "Micro", 0.01344, 10, 1],
  ["ci_small", "Small", 0.0206, 15, 2],
  ["ci_medium", "Medium", 0.0822, 60, 4],
  ["ci_large", "Large", 0.1517, 111, 8],
  ["ci_xlarge", "XL", 0.2877, 210, 16],
  ["ci_2xlarge", "2XL", 0.562, 410, 32],
  ["ci_4xlarge", "4XL", 1.32, 964, 64],
  ["ci_8xlarge", "8XL", 2.562, 1870, 128],
  ["ci_12xlarge", "12XL", 3.836, 2800, 192],
  ["ci_16xlarge", "16XL", 5.12, 3738, 256],
  ["ci_24xlarge", "24XL", 9.73, 7103, 384],
  ["ci_24xlarge_optimized_cpu", "24XL - Optimized CPU", 8.9, 6497, 192],
  ["ci_24xlarge_optimized_memory", "24XL - Optimized Memory", 13.84, 10103, 768],
  ["ci_24xlarge_high_memory", "24XL - High Memory", 21.92, 16002, 1536],
  ["ci_48xlarge", "48XL", 19.47, 14213, 768],
  ["ci_48xlarge_optimized_cpu", "48XL - Optimized CPU", 17.8, 12994, 384],
  ["ci_48xlarge_optimized_memory", "48XL - Optimized Memory", 27.68, 20206, 1536],
  ["ci_48xlarge_high_memory", "48XL - High Memory", 43.84, 32003, 3072],
] as const;

/** Days of the window and US dollars a month. */
const PITR = [
  [7, 100],
  [14, 200],
  [28, 400],
] as const;

const monthly = (amount: number): AddonVariant["price"] => ({
  description: `$${amount}/month`,
  type: "fixed",
  interval: "monthly",
  amount,
});

/** What `GET …/billing/addons` offers. The prices of `ipv4` and beyond serve no purpose here but to be there. */
export const ADDON_CATALOG: readonly AddonOffer[] = [
  {
    type: "custom_domain",
    name: "Custom Domain",
    variants: [{ id: "cd_default", name: "Custom Domain", price: monthly(10) }],
  },
  {
    type: "compute_instance",
    name: "Compute Instance",
    variants: COMPUTE.map(([id, name, hourly, month, memory]) => ({
      id,
      name,
      price: {
        description: `$${hourly}/hour (~$${month}/month)`,
        type: "usage",
        interval: "hourly",
        amount: hourly,
      },
      meta: { memory_gb: memory },
    })),
  },
  {
    type: "pitr",
    name: "Point in Time Recovery",
    variants: PITR.map(([days, month]) => ({
      id: `pitr_${days}`,
      name: `${days} days`,
      price: monthly(month),
      meta: { backup_duration_days: days },
    })),
  },
  {
    type: "ipv4",
    name: "IPv4 Address",
    variants: [{ id: "ipv4_default", name: "IPv4 Address", price: monthly(4) }],
  },
];

/** Compute sizes as `POST /v1/projects` names them, smallest first, after the free plan's `nano`. */
export const COMPUTE_SIZES: readonly string[] = COMPUTE.map(([id]) => id.slice("ci_".length));

/** The type whose variant this is. */
export const addonTypeOf = (variant: string): string | undefined =>
  ADDON_CATALOG.find(({ variants }) => variants.some(({ id }) => id === variant))?.type;

/** Point-in-time recovery needs at least Small. @see https://supabase.com/docs/guides/platform/backups */
export const allowsPitr = (compute: string | undefined): boolean =>
  compute !== undefined && compute !== "ci_micro";

/** Days of a PITR variant's window. */
export const windowDaysOf = (variant: string): number => Number(variant.slice("pitr_".length));
