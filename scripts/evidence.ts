import { readFile } from "node:fs/promises";
import { resolveSecret } from "../jobs/resolve-secret.ts";
import { HoldfastError } from "../plan/holdfast-error.ts";
import { EvidenceRecord } from "../vault/evidence/evidence-record.ts";
import { listEvidence } from "../vault/evidence/list-evidence.ts";
import { type EvidenceVerdict, verifyEvidence } from "../vault/evidence/verify-evidence.ts";
import { openVault } from "../vault/open-vault.ts";
import { loadPlan } from "./lib/load-plan.ts";
import { PLAN_OPTIONS } from "./lib/plan-options.ts";
import { runCommand } from "./lib/run-command.ts";

const { stack, plan } = PLAN_OPTIONS;

await runCommand({
  name: "evidence",
  summary: "List the evidence of an environment, or verify its chain; from a file without any network.",
  usage:
    "npm run evidence -- (--stack NAME | --plan FILE | --file records.json) [--verify] [--public-key FILE] [--head HASH]",
  options: {
    stack,
    plan,
    file: { type: "string", placeholder: "FILE", description: "verify the output of --json, offline" },
    "public-key": {
      type: "string",
      placeholder: "FILE",
      description: "PEM of the signing key; else that of the plan's key is used (not with --file)",
    },
    verify: { type: "boolean", description: "check hashes, order and signatures (always with --file)" },
    head: {
      type: "string",
      placeholder: "HASH",
      description: "a hash noted earlier that must be in the chain",
    },
  },
  examples: [
    "npm run evidence -- --stack prod --verify",
    "npm run --silent evidence -- --stack prod --json > records.json",
    "npm run evidence -- --file records.json --public-key signing.pem",
  ],
  async run(options, { clock, json }) {
    const given = options["public-key"] === undefined ? undefined : await readText(options["public-key"]);
    const read =
      options.file === undefined
        ? await fromVault(options, { clock, withKey: options.verify || json })
        : await fromFile(options.file);
    const text = read.records.map(describe).join("\n");
    if (!options.verify && options.file === undefined) {
      return { result: read, text: text || "There is no evidence yet." };
    }
    const key = given ?? read.publicKey;
    const verdict = verifyEvidence(read.records, key, { expectedHead: options.head });
    return {
      exitCode: verdict.isIntact ? 0 : 3,
      result: { ...verdict, ...(read.publicKey && { publicKey: read.publicKey }) },
      text: `${text}${text && "\n\n"}${conclude(verdict, key !== undefined)}`,
    };
  },
});

interface Read {
  readonly records: readonly unknown[];
  /** PEM of the plan's signing key, when it has one. */
  readonly publicKey?: string;
}

async function fromVault(
  options: { readonly stack: string | undefined; readonly plan: string | undefined },
  { clock, withKey }: { readonly clock: () => Date; readonly withKey: boolean },
): Promise<Read> {
  const { vault: settings, environment } = await loadPlan(options);
  const vault = await openVault({ ...settings, environment }, { clock, readSecret: resolveSecret });
  try {
    const records = await listEvidence(vault);
    const publicKey = withKey ? await vault.signer?.publicKeyPem() : undefined;
    return { records, ...(publicKey && { publicKey }) };
  } finally {
    vault.close();
  }
}

async function fromFile(file: string): Promise<Read> {
  const text = await readText(file);
  try {
    const content: unknown = JSON.parse(text);
    // The key that came with the records proves nothing about them; one must be given.
    if (Array.isArray(content)) return { records: content };
    if (
      typeof content === "object" &&
      content !== null &&
      "records" in content &&
      Array.isArray(content.records)
    ) {
      return { records: content.records };
    }
  } catch {
    // Reported below, as any other content.
  }
  throw new HoldfastError({
    code: "EVIDENCE_FILE_INVALID",
    message: `${file} holds no evidence records.`,
    hint: "Write it with: npm run --silent evidence -- --stack NAME --json > records.json",
    exitCode: 2,
  });
}

async function readText(file: string): Promise<string> {
  return await readFile(file, "utf8").catch((cause: NodeJS.ErrnoException) => {
    throw new HoldfastError({
      code: "FILE_UNREADABLE",
      message: `${file} cannot be read (${cause.code ?? "unknown"}).`,
      hint: "Give the path of a readable file.",
      exitCode: 2,
      cause,
    });
  });
}

function describe(raw: unknown): string {
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

function conclude(verdict: EvidenceVerdict, isKeyGiven: boolean): string {
  const { isIntact, records, signed, problems, head } = verdict;
  const signatures = isKeyGiven
    ? `${signed} signatures checked`
    : "signatures not checked: give --public-key FILE";
  if (!isIntact) {
    const lines = problems.map(({ sequence, problem }) => `  record ${sequence}: ${problem}`);
    return `BROKEN: ${records} records, ${signatures}.\n${lines.join("\n")}`;
  }
  return `INTACT: ${records} records, ${signatures}.${head ? `\nHead, to be noted elsewhere: ${head}` : ""}`;
}
