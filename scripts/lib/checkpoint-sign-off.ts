import type { SignOff } from "../../jobs/checkpoint/checkpoint-result.ts";
import type { Contacts } from "../../plan/schema/people.ts";
import { MARKDOWN } from "./markdown.ts";

const { blank, plain } = MARKDOWN;

/**
 * Who took the checkpoint, and who stands for it: what nobody has signed yet stays open.
 * @param contacts whom the open fields ask for
 */
export function checkpointSignOff(signOff: SignOff, contacts: Contacts | undefined): string[] {
  const { completedBy, at, technicalReview, verificationConfirmed } = signOff;
  const { primary, secondary } = contacts ?? {};
  const field = (who: string | null, role: string, asked: string | undefined) =>
    who === null
      ? `${blank} (${role}${asked === undefined ? "" : `: ${plain(asked)}`}, timestamp: _______)`
      : `${plain(who)} (${role}, timestamp: ${at})`;
  return [
    "## Sign-off",
    "",
    `- **Checklist completed by:** ${plain(completedBy)} (timestamp: ${at})`,
    `- **Technical review:** ${field(technicalReview, "Architect", (secondary ?? primary)?.name)}`,
    `- **Backup verification confirmed:** ${field(verificationConfirmed, "DevOps", primary?.name)}`,
  ];
}
