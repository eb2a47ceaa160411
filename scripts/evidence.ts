import { createHash } from "node:crypto";
import { resolve } from "node:path";
import { checkPack } from "../jobs/evidence-pack/check-pack.ts";
import { makePack, SUMS_FILE } from "../jobs/evidence-pack/make-pack.ts";
import { readPackInput } from "../jobs/evidence-pack/read-pack-input.ts";
import { writePack } from "../jobs/evidence-pack/write-pack.ts";
import type { Clock } from "../plan/clock.ts";
import { HoldfastError } from "../plan/holdfast-error.ts";
import { listEvidence } from "../vault/evidence/list-evidence.ts";
import { verifyEvidence } from "../vault/evidence/verify-evidence.ts";
import { concludeEvidence, describeEvidence } from "./lib/describe-evidence.ts";
import { openEnvironment } from "./lib/open-environment.ts";
import { parseMoment } from "./lib/parse-moment.ts";
import { PLAN_OPTIONS } from "./lib/plan-options.ts";
import { readEvidenceFile, readTextFile } from "./lib/read-evidence-file.ts";
import { type CommandResult, runCommand } from "./lib/run-command.ts";

const { stack, plan } = PLAN_OPTIONS;
const VERBS = ["list", "verify", "export"] as const;
const YEAR_MILLISECONDS = 365 * 86_400_000;

interface Options {
  readonly stack: string | undefined;
  readonly plan: string | undefined;
  readonly file: string | undefined;
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly kind: string | undefined;
  readonly project: string | undefined;
  readonly since: string | undefined;
  readonly until: string | undefined;
  readonly "public-key": string | undefined;
  readonly head: string | undefined;
  readonly verify: boolean;
}

await runCommand({
  name: "evidence",
  summary:
    "List the evidence of an environment, verify its chain, or export it with what auditors ask for beside it.",
  usage: [
    "npm run evidence -- list (--stack NAME | --plan FILE) [--kind KIND] [--project NAME] [--since TIME] [--until TIME]",
    "npm run evidence -- verify (--stack NAME | --plan FILE | --from DIR | --file records.json) [--public-key FILE] [--head HASH]",
    "npm run evidence -- export (--stack NAME | --plan FILE) --to DIR [--since TIME] [--until TIME]",
  ].join("\n       "),
  positionals: { placeholder: "COMMAND", description: "what to do; list when absent", choices: VERBS },
  options: {
    stack,
    plan,
    kind: { type: "string", placeholder: "KIND", description: "list: only of this kind, e.g. drill" },
    project: { type: "string", placeholder: "NAME", description: "list: only of this project" },
    since: {
      type: "string",
      placeholder: "TIME",
      description: "a day or an instant, UTC; for export a year before --until",
    },
    until: {
      type: "string",
      placeholder: "TIME",
      description: "up to and without this moment; now when absent",
    },
    to: { type: "string", placeholder: "DIR", description: "export: into this directory, new or empty" },
    from: { type: "string", placeholder: "DIR", description: "verify: an exported pack, offline" },
    file: { type: "string", placeholder: "FILE", description: "verify: the output of list --json, offline" },
    "public-key": {
      type: "string",
      placeholder: "FILE",
      description:
        "PEM of the signing key; else that of the plan's key, or of the pack, is used (with --file none)",
    },
    head: {
      type: "string",
      placeholder: "HASH",
      description: "verify: a hash noted earlier that must be in the chain",
    },
    verify: { type: "boolean", description: "the same as the command verify" },
  },
  examples: [
    "npm run evidence -- verify --stack prod",
    "npm run evidence -- export --stack prod --to audit-2026 --since 2026-01-01 --until 2027-01-01",
    "npm run evidence -- verify --from audit-2026 --public-key signing.pem",
  ],
  async run(options, { clock, json, positionals: [verb] }) {
    const isCheck = options.verify || options.file !== undefined || options.from !== undefined;
    if (verb === "export") return await exportPack(options, clock);
    if (verb === "verify" || isCheck) return await verify(options, clock);
    return await list(options, clock, json);
  },
});

async function list(options: Options, clock: Clock, json: boolean): Promise<CommandResult> {
  const since = options.since === undefined ? undefined : parseMoment("since", options.since);
  const until = options.until === undefined ? undefined : parseMoment("until", options.until);
  const { records, publicKey } = await readVault(options, clock, json);
  const { kind, project } = options;
  const chosen = records.filter((raw) => {
    const record: { kind?: unknown; project?: unknown; at?: unknown } = Object(raw);
    const at = new Date(String(record.at));
    return (
      (kind === undefined || record.kind === kind) &&
      (project === undefined || record.project === project) &&
      (since === undefined || at >= since) &&
      (until === undefined || at < until)
    );
  });
  return {
    result: { records: chosen, ...(publicKey && { publicKey }) },
    text:
      describeEvidence(chosen) ||
      (records.length === 0 ? "There is no evidence yet." : "There is none such."),
  };
}

async function verify(options: Options, clock: Clock): Promise<CommandResult> {
  const given = options["public-key"] === undefined ? undefined : await readTextFile(options["public-key"]);
  const expected = { expectedHead: options.head };
  if (options.from !== undefined) {
    const verdict = await checkPack(options.from, { publicKeyPem: given, ...expected });
    const text = concludeEvidence(verdict, given !== undefined || verdict.usesOwnKey);
    return { exitCode: verdict.isIntact ? 0 : 3, result: verdict, text };
  }
  const read =
    options.file === undefined
      ? await readVault(options, clock, true)
      : { records: await readEvidenceFile(options.file), publicKey: undefined };
  const key = given ?? read.publicKey;
  const verdict = verifyEvidence(read.records, key, expected);
  const lines = describeEvidence(read.records);
  return {
    exitCode: verdict.isIntact ? 0 : 3,
    result: { ...verdict, ...(read.publicKey && { publicKey: read.publicKey }) },
    text: `${lines}${lines && "\n\n"}${concludeEvidence(verdict, key !== undefined)}`,
  };
}

async function exportPack(options: Options, clock: Clock): Promise<CommandResult> {
  if (options.to === undefined) throw usage("--to is missing", "Add --to DIR: a directory, new or empty.");
  const until = options.until === undefined ? clock() : parseMoment("until", options.until);
  const since =
    options.since === undefined
      ? new Date(until.getTime() - YEAR_MILLISECONDS)
      : parseMoment("since", options.since);
  if (since >= until)
    throw usage("--since is not before --until", "Name a period that begins before it ends.");
  const publicKeyPem = options["public-key"] && (await readTextFile(options["public-key"]));
  const environment = await openEnvironment(options, clock);
  try {
    const input = await readPackInput({ ...environment, since, until, publicKeyPem });
    const files = makePack(input);
    await writePack(options.to, files);
    const directory = resolve(options.to);
    const sums = createHash("sha256")
      .update(files.get(SUMS_FILE) ?? "")
      .digest("hex");
    const head = input.records.at(-1)?.hash ?? "";
    return {
      result: { directory, files: [...files.keys()], records: input.records.length, head, sums },
      text: [
        `Wrote ${files.size} files with ${input.records.length} records into ${directory}.`,
        "To be noted elsewhere, or sent by another way:",
        `  head               ${head}`,
        `  SHA-256 of ${SUMS_FILE} ${sums}`,
        "Its README.md says how it is checked.",
      ].join("\n"),
    };
  } finally {
    environment.vault.close();
  }
}

async function readVault(options: Options, clock: Clock, withKey: boolean) {
  const { vault } = await openEnvironment(options, clock);
  try {
    const records = await listEvidence(vault);
    return { records, publicKey: withKey ? await vault.signer?.publicKeyPem() : undefined };
  } finally {
    vault.close();
  }
}

function usage(message: string, hint: string): HoldfastError {
  return new HoldfastError({ code: "USAGE", message, hint, exitCode: 2 });
}
