import type { EvidenceRecord } from "../../vault/evidence/evidence-record.ts";
import { inPeriod, type PackChapter, type PackInput } from "./pack-chapter.ts";
import { csvTable, markdownTable } from "./pack-table.ts";

/** What a record is about, whichever job wrote it. */
const SUBJECTS = ["point", "checkpoint", "bucket", "drill", "tier"];
/** The rest stands in the record. */
const MOST_REASONS = 10;
const SECONDS = ["durationSeconds", "rtoSeconds", "restoreSeconds", "totalSeconds"];

/** Every verdict of the period: of backups, restores, proofs, drills and all else that leaves evidence. */
export function verificationsChapter(input: PackInput): PackChapter {
  const rows = inPeriod(input).flatMap((record) => verdictRow(record) ?? []);
  const failed = rows.filter(({ verdict }) => verdict !== "PASS");
  return {
    name: "verifications",
    title: "Verification records",
    says: "Every verdict on a backup, restore, proof or drill of the period, each with its place in the evidence.",
    markdown: [
      `From ${input.since.toISOString()} up to ${input.until.toISOString()}: ${rows.length} verdicts. All of them are in ` +
        "`verifications.csv`; `evidence` is the line of the record in `evidence/records.jsonl`.",
      markdownTable(["project", "of", "PASS", "PARTIAL", "FAIL", "last", "at"], summary(rows)),
      `## What did not pass\n\n${markdownTable(
        ["at", "project", "of", "subject", "verdict", "why", "evidence"],
        failed.map((row) => [row.at, row.project, row.kind, row.subject, row.verdict, row.why, row.sequence]),
      )}`,
    ].join("\n\n"),
    json: { since: input.since.toISOString(), until: input.until.toISOString(), verdicts: rows },
    csv: csvTable(
      ["at", "project", "kind", "subject", "verdict", "seconds", "why", "evidence", "sha256"],
      rows.map((row) => [
        ...[row.at, row.project, row.kind, row.subject, row.verdict],
        ...[row.seconds, row.why, row.sequence, row.hash],
      ]),
    ),
  };
}

interface VerdictRow {
  readonly at: string;
  readonly project: string | undefined;
  readonly kind: string;
  readonly subject: string | undefined;
  readonly verdict: string;
  readonly seconds: number | undefined;
  /** What did not pass by its name, or the code of the error. */
  readonly why: string | undefined;
  readonly sequence: number;
  readonly hash: string;
}

function verdictRow({ at, project, kind, body, sequence, hash }: EvidenceRecord): VerdictRow | undefined {
  if (typeof body.verdict !== "string") return undefined;
  const subject = SUBJECTS.map((name) => body[name]).find((value) => typeof value === "string");
  const seconds = SECONDS.map((name) => body[name]).find((value) => typeof value === "number");
  return {
    ...{ at, project, kind },
    subject: typeof subject === "string" ? subject : undefined,
    verdict: body.verdict,
    seconds: typeof seconds === "number" ? seconds : undefined,
    why: whyOf(body),
    ...{ sequence, hash },
  };
}

function whyOf({ error, reasons }: EvidenceRecord["body"]): string | undefined {
  const code = Object(error).code;
  if (typeof code === "string") return code;
  const ids = (Array.isArray(reasons) ? reasons : []).flatMap((reason) => {
    const name: unknown = Object(reason).name ?? Object(reason).id;
    return typeof name === "string" ? [name] : [];
  });
  return ids.length === 0 ? undefined : [...new Set(ids)].slice(0, MOST_REASONS).join("; ");
}

function summary(rows: readonly VerdictRow[]) {
  const groups = Map.groupBy(rows, ({ project = "", kind }) => `${project}\0${kind}`);
  return [...groups]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([, group]) => {
      const last = group.at(-1);
      const of = (verdict: string) => group.filter((row) => row.verdict === verdict).length;
      return [last?.project, last?.kind, of("PASS"), of("PARTIAL"), of("FAIL"), last?.verdict, last?.at];
    });
}
