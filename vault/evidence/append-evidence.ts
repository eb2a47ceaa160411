import { setTimeout as sleep } from "node:timers/promises";
import { HoldfastError } from "../../plan/holdfast-error.ts";
import { redact } from "../../plan/redact.ts";
import { evidenceKey } from "../layout.ts";
import { uploadObject } from "../upload-object.ts";
import type { Vault } from "../vault.ts";
import {
  type EvidenceContent,
  EvidenceRecord,
  evidenceBytes,
  evidenceHash,
  FIRST_PREVIOUS_HASH,
} from "./evidence-record.ts";
import { lastEvidenceSequence, readEvidence } from "./list-evidence.ts";

export interface EvidenceInput {
  /** Lower-case words with hyphens, e.g. `backup`. */
  readonly kind: string;
  readonly project?: string | undefined;
  /** Facts, as JSON holds them; secrets in its texts are redacted. */
  readonly body: Readonly<Record<string, unknown>>;
}

/** Races lost one after another before it is given up: as many writers at once as no environment has. */
const ATTEMPTS = 30;
const DAY_MILLISECONDS = 86_400_000;

/**
 * Adds a record to the environment's evidence: chained to the last one, signed when the plan names a key, locked as
 * long as the vault's lock lasts, never written over. Of two writers one loses the race and goes on after the other.
 * @throws HoldfastError EVIDENCE_BROKEN when the last record is not readable, EVIDENCE_RACE, SIGNING_…, KEY_…, STORE_…
 */
export async function appendEvidence(vault: Vault, input: EvidenceInput): Promise<EvidenceRecord> {
  const at = vault.clock();
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const sequence = (await lastEvidenceSequence(vault)) + 1;
    const previousHash = sequence === 1 ? FIRST_PREVIOUS_HASH : await hashOf(vault, sequence - 1);
    const record = await sealed(vault, {
      format: "holdfast.evidence",
      version: 1,
      sequence,
      at: at.toISOString(),
      kind: input.kind,
      environment: vault.environment,
      ...(input.project && { project: input.project }),
      body: JSON.parse(JSON.stringify(input.body, redacted)),
      previousHash,
    });
    if (await write(vault, record, at)) return record;
    await sleep(Math.random() * 20 * Math.min(attempt, 10));
  }
  throw new HoldfastError({
    code: "EVIDENCE_RACE",
    message: `Evidence could not be written: another writer was faster ${ATTEMPTS} times.`,
    hint: "Run the command again when fewer run at once.",
  });
}

function redacted(_key: string, value: unknown): unknown {
  return typeof value === "string" ? redact(value) : value;
}

async function hashOf(vault: Vault, sequence: number): Promise<string> {
  const parsed = EvidenceRecord.safeParse(await readEvidence(vault, sequence));
  // The recorded hash may be wrong; verification reports that. The chain goes on from what is there.
  if (parsed.success) return evidenceHash(parsed.data);
  throw new HoldfastError({
    code: "EVIDENCE_BROKEN",
    message: `${evidenceKey(vault.environment, sequence)} is not an evidence record; the chain cannot go on.`,
    hint: "Restore the object's first version in the bucket; `npm run evidence -- verify` shows what else was changed.",
    exitCode: 3,
  });
}

async function sealed(vault: Vault, content: EvidenceContent): Promise<EvidenceRecord> {
  const signature = await vault.signer?.sign(evidenceBytes(content));
  return EvidenceRecord.parse({ ...content, hash: evidenceHash(content), ...(signature && { signature }) });
}

/** False when another writer has taken the sequence. */
async function write(vault: Vault, record: EvidenceRecord, at: Date): Promise<boolean> {
  const bytes = Buffer.from(`${JSON.stringify(record, undefined, 1)}\n`);
  try {
    await uploadObject(vault, {
      key: evidenceKey(vault.environment, record.sequence),
      body: one(bytes),
      expectedBytes: bytes.length,
      contentType: "application/json",
      ...(vault.lockDays > 0 && { lockUntil: new Date(at.getTime() + vault.lockDays * DAY_MILLISECONDS) }),
    });
    return true;
  } catch (error) {
    if (error instanceof HoldfastError && error.code === "OBJECT_EXISTS") return false;
    throw error;
  }
}

async function* one(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}
