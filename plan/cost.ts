import { firstCopyLines, type OnceLine } from "./first-copy-lines.ts";
import { ASSUMED, assumptionSentences } from "./forecast-assumptions.ts";
import { type ProjectVolumes, projectVolumes } from "./forecast-volumes.ts";
import { jobHours } from "./job-hours.ts";
import { type CostLine, priceLine as line } from "./price-line.ts";
import { PRICES, PRICES_AS_OF, PRICES_REGION } from "./prices.ts";
import type { ProtectionPlan } from "./protection-plan.ts";

const GB = 1e9;
const HOURS_PER_MONTH = 730.5;

/** Bytes that leave a vendor's network in a month. */
export interface EgressLine {
  readonly from: "Supabase" | "database" | "AWS";
  readonly what: string;
  readonly monthlyBytes: number;
}

export interface Forecast {
  readonly lines: readonly CostLine[];
  readonly monthlyUsd: number;
  readonly egress: readonly EgressLine[];
  readonly egressBytes: number;
  /** For the first copy of stored objects. */
  readonly once: readonly OnceLine[];
  readonly onceUsd: number;
  /** Leaves the projects' storage by the first copy. */
  readonly firstCopyBytes: number;
  /** In the vault, without its replica, when every retention has run for long enough. */
  readonly storedBytes: number;
  readonly volumes: readonly ProjectVolumes[];
  readonly assumptions: readonly string[];
  readonly notPriced: readonly string[];
  readonly pricesAsOf: string;
}

/** What protection will cost and move in a month, by list price, with every assumption named. */
export function forecastCost(plan: ProtectionPlan): Forecast {
  const volumes = plan.projects.map(projectVolumes);
  const egress = egressLines(plan, volumes);
  const lines = [
    ...supabaseLines(plan, egress),
    ...(plan.vault.endpoint ? [] : awsLines(plan, volumes, egress)),
  ].filter((line) => line.monthlyUsd > 0);
  const once = firstCopyLines(plan.vault, volumes);
  return {
    once,
    onceUsd: total(once.map((line) => line.usd)),
    firstCopyBytes: total(volumes.map(({ storage }) => storage.firstBytes)),
    lines,
    monthlyUsd: total(lines.map((line) => line.monthlyUsd)),
    egress,
    egressBytes: total(egress.map((line) => line.monthlyBytes)),
    storedBytes: total(volumes.map((volume) => volume.keptBytes)),
    volumes,
    assumptions: assumptions(plan),
    notPriced: notPriced(plan),
    pricesAsOf: PRICES_AS_OF,
  };
}

function egressLines(plan: ProtectionPlan, volumes: readonly ProjectVolumes[]): EgressLine[] {
  const lines = plan.projects.flatMap((project, index): EgressLine[] => {
    const volume = volumes[index];
    if (!volume) return [];
    const from = project.kind === "supabase" ? "Supabase" : "database";
    return [
      { from, what: `${project.name}: dumps`, monthlyBytes: volume.dumpBytes },
      { from, what: `${project.name}: changed storage objects`, monthlyBytes: volume.storage.changedBytes },
      {
        from,
        what: `${project.name}: proof of drills, read from the restored copy`,
        monthlyBytes: volume.provedBytes,
      },
      ...(plan.vault.endpoint
        ? []
        : [
            {
              from: "AWS",
              what: `${project.name}: rows that drills restore`,
              monthlyBytes: volume.restoredBytes,
            } as const,
          ]),
    ];
  });
  return lines.filter((line) => line.monthlyBytes > 0);
}

function supabaseLines(plan: ProtectionPlan, egress: readonly EgressLine[]): CostLine[] {
  const pitr = plan.projects.flatMap((project) => {
    if (!project.pitr) return [];
    const price = { 7: PRICES.pitr7, 14: PRICES.pitr14, 28: PRICES.pitr28 }[project.pitr.windowDays];
    return [line(`${project.name}: point-in-time recovery, ${project.pitr.windowDays} days`, 1, price)];
  });
  return [...pitr, line("Supabase egress", gigabytesFrom(egress, "Supabase"), PRICES.supabaseEgress)];
}

function awsLines(
  plan: ProtectionPlan,
  volumes: readonly ProjectVolumes[],
  egress: readonly EgressLine[],
): CostLine[] {
  const { keys, replicaRegion } = plan.vault;
  const kept = total(volumes.map(({ keptBytes }) => keptBytes)) / GB;
  const added = total(volumes.map(({ addedBytes }) => addedBytes)) / GB;
  const points = total(volumes.map(({ pointsPerMonth }) => pointsPerMonth));
  const { hours, cpuHours, memoryHours } = jobHours(plan, volumes);
  const copies = replicaRegion ? 2 : 1;
  const writes = total(volumes.map(({ storage }) => storage.writeRequests));
  const reads = total(volumes.map(({ storage }) => storage.readRequests));
  const kmsCalls = keys.kms === undefined ? 0 : total(volumes.map(({ storage }) => storage.kmsRequests));
  const kmsKeys = [keys.kms, keys.replicaKms, keys.signing && "kms" in keys.signing].filter(Boolean).length;
  const secrets = (JSON.stringify(plan).match(/"secretArn":/g) ?? []).length;
  return [
    line(replicaRegion ? "S3 storage, vault and replica" : "S3 storage", kept * copies, PRICES.s3Storage),
    line("S3 writes and locks", (points * ASSUMED.requestsPerPoint * copies) / 1_000, PRICES.s3Write),
    line("S3 writes and lists of stored objects", (writes * copies) / 1_000, PRICES.s3Write),
    line("S3 reads that prove stored objects", reads / 1_000, PRICES.s3Read),
    line("KMS requests of stored objects", kmsCalls / 10_000, PRICES.kmsRequest),
    line("Replication between regions", replicaRegion ? added : 0, PRICES.s3Replication),
    line("KMS keys", kmsKeys, PRICES.kmsKey),
    line("Fargate CPU", cpuHours, PRICES.fargateCpu),
    line("Fargate memory", memoryHours, PRICES.fargateMemory),
    ...networkLines(plan, hours, gigabytesFrom(egress, "AWS") + total(volumes.map((v) => v.dumpBytes)) / GB),
    line("AWS egress", gigabytesFrom(egress, "AWS"), PRICES.awsEgress),
    line("CloudWatch alarms", plan.projects.length * ASSUMED.alarmsPerProject, PRICES.alarm),
    line("Secrets", secrets, PRICES.secret),
  ];
}

function networkLines(plan: ProtectionPlan, hours: number, gigabytes: number): CostLine[] {
  if (plan.network.egress === "public-ip")
    return [line("Public addresses of the job", hours, PRICES.publicAddress)];
  // A gateway in a network that exists already is paid for by whoever made it.
  const gateway = plan.network.vpcId ? 0 : HOURS_PER_MONTH;
  return [line("NAT gateway", gateway, PRICES.natGateway), line("NAT traffic", gigabytes, PRICES.natTraffic)];
}

const gigabytesFrom = (egress: readonly EgressLine[], from: EgressLine["from"]) =>
  total(egress.filter((entry) => entry.from === from).map((entry) => entry.monthlyBytes)) / GB;

function assumptions(plan: ProtectionPlan): string[] {
  const storage = plan.projects.flatMap((project) => project.storage);
  return [
    ...assumptionSentences({
      unsizedProjects: plan.projects.filter((p) => p.sizing.databaseBytes === undefined).map((p) => p.name),
      unsizedBuckets: storage.filter((bucket) => bucket.size === undefined).map((bucket) => bucket.bucket),
      tableScopes: plan.projects.some((p) =>
        Object.values(p.tiers).some((rule) => rule.scope.kind === "tables"),
      ),
      storage: storage.length > 0,
    }),
    ...(plan.vault.endpoint
      ? []
      : [
          `The watch starts every five minutes, the sweep daily, and of a project with drills what is due each hour; each start takes ${ASSUMED.shortestStartSeconds} s at least.`,
        ]),
    `List prices of ${PRICES_AS_OF}${plan.vault.endpoint ? "" : `; AWS's are those of ${PRICES_REGION}, other regions differ by up to 40 %`}.`,
  ];
}

function notPriced(plan: ProtectionPlan): string[] {
  return [
    ...(plan.vault.endpoint
      ? [`Storage and requests at ${plan.vault.endpoint}, and the machine that runs the jobs.`]
      : []),
    ...(plan.projects.some((project) => project.pitr)
      ? ["The compute size that point-in-time recovery asks for: it serves the application as well."]
      : []),
    "Temporary Supabase projects of drills, taxes, and a vendor's discounts.",
  ];
}

const total = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
