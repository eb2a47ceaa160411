import { formatByteSize } from "./byte-size.ts";
import { type Forecast, forecastCost } from "./cost.ts";
import { describeProject, describeReference, type Fact } from "./describe-project.ts";
import { describeSchedule } from "./describe-schedule.ts";
import { formatDuration } from "./duration.ts";
import { type DueItem, nextDueItems } from "./next-due.ts";
import { planNotes } from "./plan-notes.ts";
import type { ProtectionPlan } from "./protection-plan.ts";

/**
 * The plan in words: what is promised, how it is kept, what is due next, what it costs and what it leaves open.
 * All times are UTC.
 */
export function describePlan(plan: ProtectionPlan, now: Date): string {
  const forecast = forecastCost(plan);
  const names = plan.projects.map((project) => project.name).join(", ");
  const sections = [
    [`Protection plan of ${plan.environment}: ${names}`, `As of ${minute(now)}. All times are UTC.`],
    ...plan.projects.map((project) =>
      section(`Project ${project.name}`, describeProject(project, plan.vault)),
    ),
    section("Vault", vaultFacts(plan)),
    ...(plan.projects.some(({ kind }) => kind === "supabase")
      ? [section("Supabase", supabaseFacts(plan))]
      : []),
    ...backupSection(plan),
    section("Drills", drillFacts(plan)),
    section("Alerts", alertFacts(plan)),
    ["Next due", ...nextDueItems(plan, now).map((item) => `  ${dueLine(item, now)}`)],
    costSection(forecast),
    egressSection(forecast),
    ...(forecast.firstCopyBytes > 0 ? [onceSection(forecast)] : []),
    [
      "What the forecast assumes",
      ...forecast.assumptions.map(bullet),
      ...forecast.notPriced.map((what) => bullet(`Not included: ${what}`)),
    ],
    notesSection(planNotes(plan, forecast)),
  ];
  return sections.map((lines) => lines.join("\n")).join("\n\n");
}

function section(title: string, facts: readonly Fact[]): string[] {
  const width = Math.max(...facts.map(({ label }) => label.length));
  return [
    title,
    ...facts.flatMap(({ label, lines }) =>
      lines.map((line, index) => `  ${(index === 0 ? label : "").padEnd(width)}  ${line}`),
    ),
  ];
}

function supabaseFacts({ supabase }: ProtectionPlan): Fact[] {
  return [
    { label: "Management API", lines: [supabase.endpoint] },
    { label: "access token", lines: [`in ${describeReference(supabase.accessToken)}`] },
  ];
}

const backupSection = ({ job: { concurrency: most } }: ProtectionPlan): string[][] =>
  most === undefined ? [] : [["Backups", `  at once  at most ${most} of those with the same tier and time`]];

function drillFacts({ drills: { target, timeToLiveSeconds, backend } }: ProtectionPlan): Fact[] {
  const into =
    target === undefined
      ? "a new Supabase project in the project's own organization; other projects need a target"
      : target.kind === "server"
        ? `a database of the server in ${describeReference(target.connection)}, copied from ${target.template}`
        : "a new Supabase project";
  return [
    { label: "restore into", lines: [into] },
    { label: "left alone", lines: [`destroyed after ${formatDuration(timeToLiveSeconds)}`] },
    { label: "state", lines: [backend ?? "where Pulumi keeps all state"] },
  ];
}

function vaultFacts({ vault }: ProtectionPlan): Fact[] {
  const { lock, keys } = vault;
  const opens = [
    ...(keys.kms ? [`KMS key ${keys.kms}`] : []),
    ...(keys.replicaKms ? [`KMS key ${keys.replicaKms}`] : []),
    ...(keys.escrowPublicKey
      ? [
          `the offline escrow key${typeof keys.escrowPublicKey === "object" ? ` (public half in ${keys.escrowPublicKey.file})` : ""}`,
        ]
      : []),
  ];
  const store = vault.endpoint ? ` at ${vault.endpoint}` : "";
  const signing =
    keys.signing &&
    ("kms" in keys.signing ? `KMS key ${keys.signing.kms}` : describeReference(keys.signing.privateKey));
  return [
    { label: "bucket", lines: [`${vault.bucket} in ${vault.region}${store}`] },
    {
      label: "replica",
      lines: [vault.replicaRegion ? `${vault.replicaBucket} in ${vault.replicaRegion}` : "none"],
    },
    {
      label: "lock",
      lines: [
        lock.mode === "none"
          ? "none"
          : `${lock.mode}, up to ${lock.days} days; points expire only after they were verified`,
      ],
    },
    { label: "opened by", lines: opens.map((key, index) => (index === 0 ? key : `or ${key}`)) },
    { label: "evidence", lines: [signing ? `chained and signed by ${signing}` : "chained, not signed"] },
    ...(vault.keyAdmins.length > 0 ? [{ label: "key admins", lines: vault.keyAdmins }] : []),
  ];
}

function alertFacts({ alerts }: ProtectionPlan): Fact[] {
  const { thresholds: limit, topics, chatWebhook, canary } = alerts;
  const to = (emails: readonly string[], arn?: string) =>
    [...emails, ...(arn ? [arn] : [])].join(", ") || "nobody by mail";
  return [
    {
      label: "critical",
      lines: [
        `a failed backup, or a gap in point-in-time recovery above ${formatDuration(limit.pitrGapCriticalSeconds)} → ${to(topics.critical.emails, topics.critical.arn)}`,
      ],
    },
    {
      label: "warning",
      lines: [
        `a backup longer than ${formatDuration(limit.backupDurationWarningSeconds)}, lag above ${formatDuration(limit.pitrLagWarningSeconds)}, storage above ${limit.storagePercent} % of the budget, completion below ${limit.completionPercent} % → ${to(topics.warning.emails, topics.warning.arn)}`,
      ],
    },
    { label: "info", lines: [`weekly results → ${to(topics.info.emails, topics.info.arn)}`] },
    ...(chatWebhook
      ? [{ label: "chat", lines: [`all of them, through the webhook in ${describeReference(chatWebhook)}`] }]
      : []),
    { label: "alert test", lines: [`${describeSchedule(canary.schedule)}: an alert that must arrive`] },
  ];
}

const WORDS = {
  point: "recovery point",
  "storage-mirror": "mirror of",
  drill: "drill",
  "alert-test": "alert test",
} as const;

function dueLine({ dueAt, kind, name, project }: DueItem, now: Date): string {
  const what =
    kind === "point"
      ? `${name} ${WORDS.point}`
      : kind === "alert-test"
        ? WORDS[kind]
        : `${WORDS[kind]} ${name}`;
  const inSeconds = Math.max(60, Math.round((dueAt.getTime() - now.getTime()) / 60_000) * 60);
  const rough = inSeconds > 2 * 86_400 ? Math.round(inSeconds / 86_400) * 86_400 : inSeconds;
  return `${minute(dueAt)}  in ${formatDuration(rough).padEnd(8)} ${project ? `${project}: ` : ""}${what}`;
}

function costSection({ lines, monthlyUsd }: Forecast): string[] {
  if (lines.length === 0)
    return ["Cost in a month, by list price", "  Nothing in this plan has a list price."];
  const width = Math.max(...lines.map(({ what }) => what.length), 5);
  const row = (what: string, usd: number, basis: string) =>
    `  ${what.padEnd(width)}  ${dollars(usd).padStart(9)}  ${basis}`.trimEnd();
  const sources = [...new Set(lines.map(({ source }) => source))].map((source) => `    ${source}`);
  return [
    "Cost in a month, by list price",
    ...lines
      .toSorted((a, b) => b.monthlyUsd - a.monthlyUsd)
      .map((line) => row(line.what, line.monthlyUsd, line.basis)),
    row("Total", monthlyUsd, ""),
    "  Prices from",
    ...sources,
  ];
}

function egressSection({ egress, egressBytes, storedBytes }: Forecast): string[] {
  const width = Math.max(...egress.map(({ from, what }) => `${from}, ${what}`.length), 5);
  const row = (what: string, bytes: number) =>
    `  ${what.padEnd(width)}  ${formatByteSize(bytes).padStart(9)}`;
  return [
    "Egress in a month, and what the vault will hold",
    ...egress.map(({ from, what, monthlyBytes }) => row(`${from}, ${what}`, monthlyBytes)),
    row("Egress in all", egressBytes),
    row("In the vault, without its replica", storedBytes),
  ];
}

function onceSection({ once, onceUsd, firstCopyBytes }: Forecast): string[] {
  const width = Math.max(...once.map(({ what }) => what.length));
  const row = (what: string, usd: number, basis: string) =>
    `  ${what.padEnd(width)}  ${dollars(usd).padStart(9)}  ${basis}`.trimEnd();
  return [
    `Once, for the first copy of ${formatByteSize(firstCopyBytes)} of stored objects`,
    ...once.map((line) => row(line.what, line.usd, `${line.basis}; ${line.source}`)),
    row("Total", onceUsd, ""),
  ];
}

function notesSection(notes: readonly string[]): string[] {
  return notes.length > 0
    ? ["What to know", ...notes.map(bullet)]
    : ["What to know", "  Nothing is left open."];
}

const bullet = (text: string) => `  - ${text}`;
const dollars = (usd: number) => `$${usd.toFixed(2)}`;
const minute = (at: Date) => at.toISOString().slice(0, 16).replace("T", " ");
