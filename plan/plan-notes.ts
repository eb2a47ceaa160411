import { formatByteSize } from "./byte-size.ts";
import type { Forecast } from "./cost.ts";
import { formatDuration } from "./duration.ts";
import type { ProjectPlan, ProtectionPlan } from "./protection-plan.ts";
import { reachableRpoFromVault } from "./reachable-rpo.ts";
import { firingsPerMonth, longestGapSeconds } from "./schedule.ts";

/**
 * What a plan that breaks no rule still leaves open: what an auditor would ask and an on-call person should know
 * before the night, as sentences.
 */
export function planNotes(plan: ProtectionPlan, forecast: Forecast): string[] {
  return [
    ...plan.projects.flatMap(projectNotes),
    ...vaultNotes(plan),
    ...alertNotes(plan),
    ...budgetNotes(plan, forecast),
  ];
}

function projectNotes(project: ProjectPlan): string[] {
  const { name, objectives, pitr, storage, approvals, contacts } = project;
  const notes: string[] = [];
  const rpo = formatDuration(objectives.rpoSeconds);
  const own = reachableRpoFromVault(project);
  if (pitr && !own) {
    notes.push(
      `${name}: no scheduled tier holds the whole database. If the Supabase project itself is lost, its point-in-time recovery is lost with it, and only the last checkpoint remains.`,
    );
  } else if (pitr && own && own.seconds > objectives.rpoSeconds) {
    notes.push(
      `${name}: the RPO of ${rpo} holds while Supabase's point-in-time recovery does. If the project itself is lost, so is that, and up to ${formatDuration(own.seconds)} of changes are gone (${own.by} points).`,
    );
  } else if (!pitr && own && own.seconds === objectives.rpoSeconds) {
    notes.push(
      `${name}: the RPO of ${rpo} is as long as the time between two points; the minutes a dump takes come on top.`,
    );
  }
  for (const { bucket, schedule } of storage) {
    const gap = longestGapSeconds(schedule);
    if (gap > objectives.rpoSeconds) {
      notes.push(
        `${name}: objects of ${bucket} are mirrored every ${formatDuration(gap)}; the RPO of ${rpo} is that of the database.`,
      );
    }
  }
  for (const [kind, drill] of Object.entries(project.drills)) {
    if ("skip" in drill) notes.push(`${name}: the drill ${kind} is left out: ${drill.skip}.`);
  }
  notes.push(...proofNotes(project));
  if (project.networkRestrictions) {
    notes.push(
      `${name}: the addresses that the job and you connect from must be among its network restrictions, or no backup can be taken.`,
    );
  }
  if (!approvals) notes.push(`${name}: nobody has to approve a recovery that overwrites production.`);
  if (!contacts) notes.push(`${name}: no contacts are declared; a recovery calls nobody.`);
  if (project.checks.smoke.length === 0 && project.checks.criticalTables.length === 0) {
    notes.push(`${name}: no checks of its own; a restore is proved against the manifest alone.`);
  }
  return notes;
}

/** Points expire only when they were proved, so that more of them than drills come to would stay for ever. */
function proofNotes({ name, tiers, drills }: ProjectPlan): string[] {
  const drill = drills["staging-restore"];
  if (drill === undefined || "skip" in drill) return [];
  const schedules = Object.values(tiers).map(({ scope, schedule }) => scope.kind === "full" && schedule);
  const taken = schedules.reduce((total, cron) => total + (cron ? firingsPerMonth(cron) : 0), 0);
  const times = firingsPerMonth(drill.schedule);
  // Seven nights of a week are not eight, though both are parts of a mean month.
  const enough = Math.ceil(taken / times - 0.01) - 1;
  if ((drill.alsoProve ?? 0) >= enough) return [];
  const proved = Math.round(times * (1 + (drill.alsoProve ?? 0)));
  const remedy = enough > 31 ? "rehearse more often" : `write drills.staging-restore.alsoProve: ${enough}`;
  return [
    `${name}: of ${Math.round(taken)} points a month the drill staging-restore proves ${proved}. What is never proved outlives its retention and is paid for: ${remedy}, or prove it with npm run drill -- --kind staging-restore --point ID.`,
  ];
}

function vaultNotes({ vault }: ProtectionPlan): string[] {
  const notes: string[] = [];
  if (vault.lock.mode === "none")
    notes.push("vault: points are not locked; whoever may write may delete them.");
  if (vault.lock.mode === "governance") {
    notes.push("vault: the lock is of mode governance; break-glass can remove points before their time.");
  }
  if (!vault.replicaRegion) notes.push("vault: there is no replica in another region.");
  if (!vault.keys.escrowPublicKey) {
    notes.push("vault: there is no escrow key; when the cloud account is lost, no point can be opened.");
  }
  if (!vault.keys.signing) notes.push("vault: evidence is chained but not signed.");
  return notes;
}

function alertNotes({ alerts }: ProtectionPlan): string[] {
  const { critical } = alerts.topics;
  if (alerts.chatWebhook || critical.emails.length > 0 || critical.arn) return [];
  return ["alerts: nobody is told of a failed backup; declare topics.critical or chatWebhook."];
}

function budgetNotes({ vault, alerts }: ProtectionPlan, forecast: Forecast): string[] {
  const notes: string[] = [];
  const { storageBytes, monthlyUsd } = vault.budget;
  const { storagePercent } = alerts.thresholds;
  if (storageBytes !== undefined && forecast.storedBytes > (storageBytes * storagePercent) / 100) {
    notes.push(
      `budget: the vault will hold ${formatByteSize(forecast.storedBytes)}, more than ${storagePercent} % of the ${formatByteSize(storageBytes)} set aside.`,
    );
  }
  if (monthlyUsd !== undefined && forecast.monthlyUsd > monthlyUsd) {
    notes.push(
      `budget: the forecast of $${forecast.monthlyUsd.toFixed(0)} a month exceeds the $${monthlyUsd} set aside.`,
    );
  }
  return notes;
}
