import type { PackVerdict } from "../../jobs/evidence-pack/check-pack.ts";
import { EvidenceRecord } from "../../vault/evidence/evidence-record.ts";
import type { EvidenceVerdict } from "../../vault/evidence/verify-evidence.ts";

/** A line for each record. */
export function describeEvidence(records: readonly unknown[]): string {
  return records.map(line).join("\n");
}

function line(raw: unknown): string {
  const parsed = EvidenceRecord.safeParse(raw);
  if (!parsed.success) return "?     not an evidence record";
  const { sequence, at, kind, project, body, signature } = parsed.data;
  const verdict = typeof body.verdict === "string" ? body.verdict : "";
  const words = [
    String(sequence).padEnd(5),
    at.slice(0, 19),
    kind.padEnd(10),
    (project ?? "").padEnd(14),
    verdict,
  ];
  return `${words.join(" ").trimEnd()}${signature ? "" : "  (unsigned)"}`;
}

/** What a check of the chain, or of a whole pack, found. */
export function concludeEvidence(
  verdict: EvidenceVerdict & Partial<Pick<PackVerdict, "files" | "usesOwnKey">>,
  isKeyGiven: boolean,
): string {
  const { isIntact, records, signed, problems, head, files = [], usesOwnKey = false } = verdict;
  const signatures = isKeyGiven
    ? `${signed} signatures checked`
    : "signatures not checked: give --public-key FILE";
  const key = usesOwnKey
    ? ["By the key that came with it: give --public-key FILE with one that you have by another way."]
    : [];
  if (isIntact) {
    const noted = head ? [`Head, to be noted elsewhere: ${head}`] : [];
    return [`INTACT: ${records} records, ${signatures}.`, ...key, ...noted].join("\n");
  }
  return [
    `BROKEN: ${records} records, ${signatures}.`,
    ...key,
    ...files.map(({ path, problem }) => `  ${path} ${problem}`),
    ...problems.map(({ sequence, problem }) => `  record ${sequence}: ${problem}`),
  ].join("\n");
}
