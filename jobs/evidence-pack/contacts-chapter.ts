import type { PackChapter, PackInput } from "./pack-chapter.ts";
import { markdownTable } from "./pack-table.ts";

/** Whom a recovery calls, and who hears of alerts. */
export function contactsChapter({ plan }: PackInput): PackChapter {
  const projects = plan.projects.map(({ name, contacts, approvals }) => ({ name, contacts, approvals }));
  const { critical, warning, info } = plan.alerts.topics;
  const alerts = { critical, warning, info };
  const people = projects.flatMap(({ name, contacts }) =>
    (["primary", "secondary"] as const).flatMap((role) => {
      const person = contacts?.[role];
      return person === undefined ? [] : [[name, role, person.name, person.email, person.phone]];
    }),
  );
  const channels = projects.map(({ name, contacts, approvals }) => [
    name,
    contacts?.escalationChannel,
    approvals === undefined ? undefined : `${approvals.minimum} of ${approvals.roles.join(", ")}`,
  ]);
  const topics = Object.entries(alerts).map(([severity, { emails, arn }]) => [
    severity,
    [...emails, ...(arn === undefined ? [] : [arn])].join(", "),
  ]);
  return {
    name: "contacts",
    title: "Contacts",
    says: "Who is called in a recovery, who approves it, and who hears of alerts.",
    markdown: [
      markdownTable(["project", "role", "name", "e-mail", "phone"], people),
      `## Incidents and approvals\n\n${markdownTable(["project", "channel", "who approves a recovery"], channels)}`,
      `## Alerts\n\n${markdownTable(["severity", "goes to"], topics)}`,
    ].join("\n\n"),
    json: { projects, alerts },
  };
}
