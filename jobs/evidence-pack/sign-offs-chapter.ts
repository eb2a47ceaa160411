import type { EvidenceRecord } from "../../vault/evidence/evidence-record.ts";
import { inPeriod, type PackChapter, type PackInput } from "./pack-chapter.ts";
import { markdownTable } from "./pack-table.ts";

const BLANK = "____________________";

/** Who answers for the checkpoints of the period, and room for the signatures that nobody has given yet. */
export function signOffsChapter(input: PackInput): PackChapter {
  const checkpoints = inPeriod(input)
    .filter(({ kind }) => kind === "checkpoint")
    .map(signedCheckpoint);
  return {
    name: "sign-offs",
    title: "Sign-offs",
    says: "Who took, reviewed and confirmed each checkpoint, and blank fields for this pack itself.",
    markdown: [
      `## Checkpoints\n\n${markdownTable(
        [
          "checkpoint",
          "project",
          "release",
          "verdict",
          "completed by",
          "at",
          "technical review",
          "verification confirmed",
          "evidence",
        ],
        checkpoints.map((one) => [
          ...[one.checkpoint, one.project, one.release, one.verdict],
          ...[one.completedBy, one.at, one.technicalReview, one.verificationConfirmed].map(
            (by) => by ?? BLANK,
          ),
          one.sequence,
        ]),
      )}`,
      "A line is left blank where nobody had signed when the checkpoint was taken.",
      `## This pack\n\n${[
        ["Completed by", "date"],
        ["Technical review", "date"],
        ["Verification confirmed", "date"],
      ]
        .map(([who, when]) => `${who}: ${BLANK}  ${when}: ${BLANK}`)
        .join("\n\n")}`,
    ].join("\n\n"),
    json: {
      checkpoints,
      pack: { completedBy: null, technicalReview: null, verificationConfirmed: null },
    },
  };
}

function signedCheckpoint({ project, sequence, body }: EvidenceRecord) {
  const text = (value: unknown) => (typeof value === "string" && value !== "" ? value : null);
  const signOff: Readonly<Record<string, unknown>> = Object(body.signOff);
  return {
    checkpoint: text(body.checkpoint) ?? "none was taken",
    project,
    release: text(body.gitDescribe) ?? undefined,
    verdict: text(body.verdict) ?? undefined,
    completedBy: text(signOff.completedBy),
    at: text(signOff.at),
    technicalReview: text(signOff.technicalReview),
    verificationConfirmed: text(signOff.verificationConfirmed),
    sequence,
  };
}
