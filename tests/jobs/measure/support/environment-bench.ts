import type { HealthContext } from "../../../../jobs/health/health-context.ts";
import type { HealthLine } from "../../../../jobs/health/health-line.ts";
import { type HealthReport, health } from "../../../../jobs/health.ts";
import { type EvidenceKind, recordEvidence } from "../../../../jobs/record-evidence.ts";
import type { WatchContext } from "../../../../jobs/watch/watch-context.ts";
import { type WatchReport, watch } from "../../../../jobs/watch.ts";
import { HoldfastError } from "../../../../plan/holdfast-error.ts";
import { type MetricPlace, metricDimensions } from "../../../../plan/metric.ts";
import { parsePlan } from "../../../../plan/parse-plan.ts";
import { pointId } from "../../../../plan/point-id.ts";
import type { ProtectionPlan } from "../../../../plan/protection-plan.ts";
import type { Tier } from "../../../../plan/tier.ts";
import type { Manifest } from "../../../../vault/manifest.ts";
import { markVerified } from "../../../../vault/mark-verified.ts";
import { openVault } from "../../../../vault/open-vault.ts";
import type { Vault } from "../../../../vault/vault.ts";
import type { VaultSettings } from "../../../../vault/vault-settings.ts";
import { writeManifest } from "../../../../vault/write-manifest.ts";
import { createVaultPlan } from "../../../support/vaults.ts";
import { unsealed } from "../../../vault/sample-point.ts";
import { type ChatServer, startChatServer } from "./chat-server.ts";

const DAY = 86_400_000;

export interface AddedPoint {
  /** @default 5 MiB */
  readonly bytes?: number;
  readonly verified?: boolean;
  /** @default a day after the test's time, which no lock outlasts */
  readonly retainUntil?: Date;
}

/** An environment with a vault of its own, whose time a test sets, and whose points and evidence it writes. */
export interface EnvironmentBench {
  readonly plan: ProtectionPlan;
  readonly vault: Vault;
  readonly settings: VaultSettings & { readonly endpoint: string };
  readonly chat: ChatServer;
  /** The test's time; the vault's too. */
  now: Date;
  /** What was published, as `Metric{Dimension=value} value`, in order. */
  readonly published: string[];
  addPoint(project: string, tier: Tier, at: string, options?: AddedPoint): Promise<Manifest>;
  /** As if it had been written at that time. */
  addEvidence(kind: EvidenceKind, at: string, body: Record<string, unknown>, project?: string): Promise<void>;
  health(overrides?: Partial<HealthContext>): Promise<HealthReport>;
  watch(overrides?: Partial<WatchContext>): Promise<WatchReport>;
  close(): Promise<void>;
}

export interface BenchOptions {
  readonly now: string;
  readonly projects: readonly Record<string, unknown>[];
  readonly alerts?: Record<string, unknown>;
  readonly vault?: Record<string, unknown>;
  readonly lockMode?: "governance" | "none";
}

const unreachable = (what: string) => async () => {
  throw new HoldfastError({
    code: "TEST_UNREACHABLE",
    message: `${what} is not there`,
    hint: "It is a test.",
  });
};

export async function createEnvironmentBench(options: BenchOptions): Promise<EnvironmentBench> {
  const { vault: settings } = await createVaultPlan({ lockMode: options.lockMode ?? "none" });
  const chat = await startChatServer();
  const { environment, ...inPlan } = settings;
  const plan = parsePlan(
    {
      environment,
      vault: { ...inPlan, ...options.vault },
      alerts: { chatWebhook: { env: "CHAT_URL" }, ...options.alerts },
      projects: options.projects,
    },
    "the test's plan",
  );
  const clock = () => bench.now;
  const vault = await openVault(settings, { clock, purpose: "write" });
  const published: string[] = [];
  const publish: WatchContext["publish"] = (place, values) => {
    for (const [metric, value] of Object.entries(values))
      published.push(`${metricPlace(metric, place)} ${value}`);
  };
  const common = { plan, vault, clock, api: unreachable("Supabase"), chatUrl: async () => chat.url };
  const bench: EnvironmentBench = {
    ...{ plan, vault, settings, chat, published },
    now: new Date(options.now),
    addPoint: (project, tier, at, added) => addPoint(bench, { project, tier, at: new Date(at) }, added),
    addEvidence: async (kind, at, { verdict, ...body }, project) => {
      const then = { ...vault, clock: () => new Date(at) };
      const said = verdict === "FAIL" || verdict === "PARTIAL" ? verdict : "PASS";
      await recordEvidence(then, kind, project, { ...body, verdict: said });
    },
    health: (overrides) =>
      health({
        ...common,
        databaseUrl: unreachable("the database"),
        replica: () => ({ s3: vault.s3, bucket: "nowhere" }),
        alerts: () => {
          throw new HoldfastError({ code: "TEST_UNREACHABLE", message: "AWS is not there", hint: "-" });
        },
        ...overrides,
      }),
    watch: (overrides) => watch({ ...common, publish, ...overrides }),
    close: async () => {
      vault.close();
      await chat.close();
    },
  };
  return bench;
}

/** `Metric{Environment=test,Project=shop}` */
export function metricPlace(metric: string, place: MetricPlace): string {
  const dimensions = Object.entries(metricDimensions(place)).map(([name, value]) => `${name}=${value}`);
  return `${metric}{${dimensions.join(",")}}`;
}

async function addPoint(
  { vault, now }: Pick<EnvironmentBench, "vault" | "now">,
  { project, tier, at }: { project: string; tier: Tier; at: Date },
  { bytes = 5 * 1_048_576, verified = false, retainUntil = new Date(now.getTime() + DAY) }: AddedPoint = {},
): Promise<Manifest> {
  const id = pointId(tier, at);
  // Whoever lists points reads no chunk.
  const chunk = { path: "data/0", kind: "data", plainBytes: bytes, bytes, sha256: "0".repeat(64) } as const;
  const manifest = await writeManifest(vault, {
    ...unsealed(vault, { project, tier, id }, bytes > 0 ? [chunk] : []),
    ...{ project, tier, id },
    createdAt: at.toISOString(),
    completedAt: at.toISOString(),
    retainUntil: retainUntil.toISOString(),
  });
  if (verified) await markVerified(vault, { ...manifest, chunks: [] }, at);
  return manifest;
}

/** A line of a report as `VERDICT figure`. */
export function lineOf(
  { lines }: { readonly lines: readonly HealthLine[] },
  id: string,
  project?: string,
): string {
  const found = lines.filter((line) => line.id === id && line.project === project);
  const [line] = found;
  if (line === undefined || found.length > 1)
    throw new Error(`${found.length} lines ${id} of ${project} in ${lines.map((one) => one.id).join(", ")}`);
  return `${line.verdict} ${line.figure}`;
}
