import { HoldfastError } from "../plan/holdfast-error.ts";
import { evidenceBackwards } from "../vault/evidence/evidence-backwards.ts";
import type { EvidenceRecord } from "../vault/evidence/evidence-record.ts";
import type { Vault } from "../vault/vault.ts";
import type { PastAudit } from "./compare-audits.ts";

const TIME = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?Z)?$/;

/**
 * The audit that a person compares with.
 * @param which `last`, the sequence of its evidence, or a date or time in UTC: the newest audit until then
 * @throws HoldfastError USAGE, AUDIT_UNKNOWN (exit 2), STORE_…, BUCKET_UNKNOWN
 */
export async function readPastAudit(vault: Vault, which: string): Promise<PastAudit> {
  const fits = wanted(which);
  for await (const record of evidenceBackwards(vault, new Date(0))) {
    if (record.kind === "audit" && fits(record)) return pastAudit(record);
  }
  throw new HoldfastError({
    code: "AUDIT_UNKNOWN",
    message: `The evidence of ${vault.environment} has no audit for --since ${which}.`,
    hint: "Run an audit without --since first: it is kept as evidence, and the next one can be compared with it.",
    exitCode: 2,
  });
}

function wanted(which: string): (record: EvidenceRecord) => boolean {
  if (which === "last") return () => true;
  if (/^[1-9]\d{0,9}$/.test(which)) return ({ sequence }) => sequence === Number(which);
  const until = new Date(which);
  if (TIME.test(which) && !Number.isNaN(until.getTime())) return ({ at }) => new Date(at) <= until;
  throw new HoldfastError({
    code: "USAGE",
    message: `--since is "${which}"; it must be last, the sequence of an audit's evidence, or a time in UTC`,
    hint: "Write e.g. --since last, --since 42 or --since 2026-01-31T02:00:00Z.",
    exitCode: 2,
  });
}

function pastAudit({ sequence, at, body }: EvidenceRecord): PastAudit {
  const texts = (value: unknown) => (Array.isArray(value) ? value.map(String) : []);
  const actual = body.actual !== null && typeof body.actual === "object" ? Object.entries(body.actual) : [];
  return {
    sequence,
    at,
    sources: texts(body.sources),
    findings: new Set(texts(body.open)),
    actual: new Map(actual.map(([id, value]) => [id, String(value)])),
  };
}
