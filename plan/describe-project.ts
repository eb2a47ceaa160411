import { describeSchedule } from "./describe-schedule.ts";
import { formatDuration } from "./duration.ts";
import type { ProjectPlan, VaultPlan } from "./protection-plan.ts";
import { reachableRpo } from "./reachable-rpo.ts";
import { retentionDays } from "./retention-days.ts";
import { DRILL_KINDS } from "./schema/drills.ts";
import { HOOK_STEPS } from "./schema/hooks.ts";
import type { Contacts } from "./schema/people.ts";
import type { SecretReference } from "./schema/secret-reference.ts";
import type { TierRule, TierScope } from "./schema/tiers.ts";
import { TIERS } from "./tier.ts";

/** A labelled statement; further lines stand below it. */
export interface Fact {
  readonly label: string;
  readonly lines: readonly string[];
}

/** What the plan promises for one project and how it keeps it. */
export function describeProject(project: ProjectPlan, vault: VaultPlan): Fact[] {
  const facts: Fact[] = [
    { label: "objectives", lines: [objectives(project)] },
    { label: "source", lines: [source(project)] },
    { label: "point-in-time", lines: [pitr(project)] },
    { label: "platform", lines: platform(project) },
    { label: "recovery points", lines: tiers(project, vault) },
    { label: "storage", lines: storage(project) },
    { label: "checks", lines: checks(project) },
    { label: "drills", lines: drills(project) },
    { label: "approval", lines: [approval(project)] },
    { label: "contacts", lines: project.contacts ? contacts(project.contacts) : ["none declared"] },
    { label: "runbook hooks", lines: hooks(project) },
    { label: "cut-over", lines: wiring(project) },
    { label: "after recovery", lines: [afterwards(project)] },
  ];
  return facts.filter((fact) => fact.lines.length > 0);
}

function objectives(project: ProjectPlan): string {
  const { rtoSeconds, rpoSeconds } = project.objectives;
  const reachable = reachableRpo(project);
  const by = reachable?.by === "pitr" ? "point-in-time recovery" : `${reachable?.by} points`;
  const how = reachable ? `; ${by} can keep it to ${formatDuration(reachable.seconds)}` : "";
  return `back in service within ${formatDuration(rtoSeconds)} (RTO); at most ${formatDuration(rpoSeconds)} of changes lost (RPO)${how}`;
}

function source({ kind, ref, region, connection, compute }: ProjectPlan): string {
  const what = kind === "supabase" ? "Supabase project" : "PostgreSQL database";
  const where = [ref, region, compute && `compute ${compute}`].filter(Boolean).join(", ");
  return `${what}${where ? ` ${where}` : ""}; address in ${describeReference(connection)}`;
}

/** Where a secret is, in words. */
export function describeReference(reference: SecretReference): string {
  if ("env" in reference) return `the environment variable ${reference.env}`;
  return "file" in reference ? `the file ${reference.file}` : `the secret ${reference.secretArn}`;
}

function pitr({ kind, pitr: window }: ProjectPlan): string {
  if (window) return `any second of the last ${window.windowDays} days, by Supabase`;
  return kind === "supabase" ? "not bought" : "none: a plain database";
}

function platform({ backupSchedule, sslEnforcement, networkRestrictions }: ProjectPlan): string[] {
  const ranges = [
    ...(networkRestrictions?.allowedCidrs ?? []),
    ...(networkRestrictions?.allowedCidrsV6 ?? []),
  ];
  return [
    ...(backupSchedule ? [`the platform's own daily backup starts at ${backupSchedule}`] : []),
    ...(sslEnforcement === undefined
      ? []
      : [`connections without TLS ${sslEnforcement ? "refused" : "let in"}`]),
    ...(ranges.length > 0 ? [`connections only from ${ranges.join(", ")}`] : []),
  ];
}

function tiers(project: ProjectPlan, vault: VaultPlan): string[] {
  return TIERS.flatMap((tier) => {
    const rule = project.tiers[tier];
    return rule ? [`${tier.padEnd(10)} ${tierLine(rule, vault)}`] : [];
  });
}

function tierLine(rule: TierRule, vault: VaultPlan): string {
  const when = rule.schedule ? describeSchedule(rule.schedule) : "on demand";
  const kept =
    "count" in rule.retain
      ? `the ${rule.retain.count} newest verified kept (${retentionDays(rule)} days)`
      : `kept ${rule.retain.days} days`;
  const mode = rule.lockMode ?? vault.lock.mode;
  const lock = mode === "none" ? "not locked" : `locked (${mode})`;
  const proved = rule.prove ? "; each restored and proved" : "";
  return `${when}; ${scope(rule.scope)}; ${kept}; ${lock}${proved}`;
}

function scope(value: TierScope): string {
  if (value.kind === "full") return "whole database";
  return value.kind === "schema" ? "schema and roles, no rows" : `rows of ${value.tables.join(", ")}`;
}

function storage(project: ProjectPlan): string[] {
  return project.storage.map(
    ({ bucket, schedule, reconcile, retain, shards }) =>
      `${bucket}: changes mirrored ${describeSchedule(schedule)}${shards > 1 ? ` by ${shards} tasks` : ""}, everything compared ${describeSchedule(reconcile)}, replaced and deleted objects kept ${retain.days} days`,
  );
}

function drills(project: ProjectPlan): string[] {
  return DRILL_KINDS.flatMap((kind) => {
    const drill = project.drills[kind];
    if (!drill) return [];
    const label = kind.padEnd(15);
    if ("skip" in drill) return [`${label} left out: ${drill.skip}`];
    const { schedule, alsoProve } = drill;
    const more = alsoProve ? `, and up to ${alsoProve} more points that were never proved` : "";
    return [`${label} ${describeSchedule(schedule)}${more}`];
  });
}

function afterwards({ recovery }: ProjectPlan): string {
  return `watch for ${formatDuration(recovery.watchSeconds)}, post-mortem within ${formatDuration(recovery.postMortemSeconds)}`;
}

function checks({ checks: declared }: ProjectPlan): string[] {
  const { criticalTables, expectedTables, expectedEnums, smoke, migrationsDirectory } = declared;
  return [
    ...(criticalTables.length > 0 ? [`must exist and hold rows: ${criticalTables.join(", ")}`] : []),
    ...(expectedTables.length > 0 ? [`must exist: ${expectedTables.join(", ")}`] : []),
    ...(expectedEnums.length > 0 ? [`enums: ${expectedEnums.join(", ")}`] : []),
    ...(smoke.length > 0 ? [`smoke queries: ${smoke.map(({ name }) => name).join(", ")}`] : []),
    ...(migrationsDirectory ? [`newest migration of ${migrationsDirectory} is applied`] : []),
  ];
}

function approval({ approvals }: ProjectPlan): string {
  if (!approvals) return "nobody has to approve a recovery that overwrites production";
  const { minimum, roles } = approvals;
  const who = minimum === 1 ? roles.join(" or ") : `${minimum} of ${roles.join(", ")}`;
  return `${who} must approve a recovery that overwrites production`;
}

function contacts({ primary, secondary, escalationChannel }: Contacts): string[] {
  const line = (who: string, contact: Contacts["primary"]) =>
    `${who}: ${[contact.name, contact.email, contact.phone].filter(Boolean).join(", ")}`;
  return [
    line("first", primary),
    ...(secondary ? [line("then", secondary)] : []),
    ...(escalationChannel ? [`channel: ${escalationChannel}`] : []),
  ];
}

function hooks({ hooks: declared }: ProjectPlan): string[] {
  const steps = HOOK_STEPS.filter((step) => declared[step]);
  return steps.length > 0 ? [steps.join(", ")] : [];
}

function wiring({ wiring: targets }: ProjectPlan): string[] {
  return targets.map((target) => {
    const place =
      target.kind === "vercel"
        ? `Vercel ${target.project}`
        : target.kind === "command"
          ? target.command.join(" ")
          : "edge functions";
    const variables = Object.entries(target.variables).map(([name, value]) => `${name} ← ${value}`);
    return `${target.stage}: ${place}: ${variables.join(", ")}`;
  });
}
