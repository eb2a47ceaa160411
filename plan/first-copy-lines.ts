import type { ProjectVolumes } from "./forecast-volumes.ts";
import { priceLine } from "./price-line.ts";
import { PRICES } from "./prices.ts";
import type { ProtectionPlan } from "./protection-plan.ts";

/** What is paid once. */
export interface OnceLine {
  readonly what: string;
  /** How it is reckoned, with the list price. */
  readonly basis: string;
  readonly usd: number;
  readonly source: string;
}

const GB = 1e9;

/** The first copy reads every stored object once, and writes it once to each region. */
export function firstCopyLines(
  { endpoint, replicaRegion }: ProtectionPlan["vault"],
  volumes: readonly Pick<ProjectVolumes, "storage">[],
): OnceLine[] {
  const gigabytes = volumes.reduce((sum, { storage }) => sum + storage.firstBytes, 0) / GB;
  const objects = volumes.reduce((sum, { storage }) => sum + storage.firstObjects, 0);
  const copies = replicaRegion ? 2 : 1;
  const lines = [
    priceLine("Supabase egress of the first copy", gigabytes, PRICES.supabaseEgress),
    ...(endpoint
      ? []
      : [
          priceLine("S3 writes of the first copy", (objects * copies) / 1_000, PRICES.s3Write),
          priceLine("Replication of the first copy", replicaRegion ? gigabytes : 0, PRICES.s3Replication),
        ]),
  ];
  return lines
    .filter(({ monthlyUsd }) => monthlyUsd > 0)
    .map(({ monthlyUsd: usd, what, basis, source }) => ({ what, basis, usd, source }));
}
