import { describeProject } from "../../plan/describe-project.ts";
import type { ProjectPlan } from "../../plan/protection-plan.ts";
import type { PackChapter, PackInput } from "./pack-chapter.ts";

/** Said in chapters of their own. */
const ELSEWHERE = new Set(["contacts", "drills"]);

/** What is backed up, when, to what objectives, and how it is recovered: all of it by the plan. */
export function proceduresChapter({ plan }: PackInput): PackChapter {
  const projects = plan.projects.map((project) => ({
    name: project.name,
    facts: describeProject(project, plan.vault).filter(({ label }) => !ELSEWHERE.has(label)),
    recovery: recovery(project, plan.environment),
  }));
  const vault = vaultLines(plan);
  return {
    name: "procedures",
    title: "Procedures",
    says: "What is backed up, on which schedule, to which objectives, and how it is recovered.",
    markdown: [
      "All of this is declared in the protection plan, from which backups, schedules, locks and alarms are made.",
      `## Where recovery points are kept\n\n${list(vault)}`,
      ...projects.map(
        ({ name, facts, recovery: steps }) =>
          `## ${name}\n\n${facts.map(({ label, lines }) => `**${label}**\n\n${list(lines)}`).join("\n\n")}\n\n` +
          `**recovery procedure**\n\n${steps.map((step, index) => `${index + 1}. ${step}`).join("\n")}`,
      ),
    ].join("\n\n"),
    json: { vault, projects },
  };
}

const list = (lines: readonly string[]) => lines.map((line) => `- ${line.trim()}`).join("\n");

function vaultLines({ vault }: PackInput["plan"]): string[] {
  const { lock, keys } = vault;
  return [
    `bucket ${vault.bucket} in ${vault.region}`,
    vault.replicaBucket === undefined
      ? "no replica in another region"
      : `replica: bucket ${vault.replicaBucket} in ${vault.replicaRegion}`,
    lock.mode === "none"
      ? "objects are not locked"
      : `objects are locked against deletion in mode ${lock.mode}, for up to ${lock.days} days`,
    `points are encrypted before they are stored, for ${[
      ...(keys.kms === undefined ? [] : ["a key of KMS"]),
      ...(keys.replicaKms === undefined ? [] : ["a key of KMS in the replica's region"]),
      ...(keys.escrowPublicKey === undefined ? [] : ["an escrow key that is kept apart"]),
    ].join(", ")}`,
    keys.signing === undefined ? "evidence is chained, and not signed" : "evidence is chained and signed",
  ];
}

function recovery({ name, pitr, storage, approvals }: ProjectPlan, environment: string): string[] {
  const target = `--stack ${environment} --project ${name}`;
  return [
    "Call the contacts of the project; the channel of the incident is in `contacts.md`.",
    approvals === undefined
      ? "Nobody's approval is asked for by the plan before production is written over."
      : `Have ${approvals.minimum} of these approve that production is written over: ${approvals.roles.join(", ")}.`,
    ...(pitr === undefined
      ? []
      : [
          `Within the last ${pitr.windowDays} days, any second can be gone back to by the point-in-time recovery of the platform.`,
        ]),
    `Choose a recovery point: \`npm run points -- ${target}\`; prefer one that is verified.`,
    `Restore it into an empty database: \`npm run restore -- ${target} --point ID --target-env TARGET_URL --confirm NAME\`.`,
    `Have it proved against what the point holds, row for row: \`npm run verify -- ${target} --point ID --target-env TARGET_URL\`.`,
    ...(storage.length === 0
      ? []
      : [`Restore stored files of the same point: \`npm run restore-storage -- ${target} --point ID\`.`]),
    "Without the cloud's keys, the escrow key opens every point (`--escrow-key`); without the region, its replica does (`--replica`).",
    `Restores and proofs are recorded as evidence; objectives and what drills measured of them are in \`drills.md\`.`,
  ];
}
