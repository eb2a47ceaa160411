import { ALL_SOURCES } from "../audit/all-sources.ts";
import { type AuditChanges, compareAudits } from "../audit/compare-audits.ts";
import { readPastAudit } from "../audit/read-past-audit.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { runAudit } from "../audit/run-audit.ts";
import { sourceOf } from "../audit/source-of.ts";
import { auditMarkdown } from "./lib/audit-markdown.ts";
import { describeAudit } from "./lib/describe-audit.ts";
import { describeAuditChanges } from "./lib/describe-audit-changes.ts";
import { keepHeapSmall } from "./lib/keep-heap-small.ts";
import { loadPlan } from "./lib/load-plan.ts";
import { openAudit } from "./lib/open-audit.ts";
import { PLAN_OPTIONS } from "./lib/plan-options.ts";
import { runCommand } from "./lib/run-command.ts";

keepHeapSmall();
await runCommand({
  name: "audit",
  summary:
    "Compare what the plan declares with what is there, asked of Supabase, AWS and the vault themselves.",
  usage:
    "npm run audit -- (--stack NAME | --plan FILE) [--only SOURCE] [--all] [--markdown] [--since last|ID|TIME]",
  options: {
    stack: PLAN_OPTIONS.stack,
    plan: PLAN_OPTIONS.plan,
    only: {
      type: "string",
      placeholder: "SOURCE",
      choices: ALL_SOURCES.map(({ name }) => name),
      description: `ask one source: ${ALL_SOURCES.map(({ name }) => name).join(", ")}`,
    },
    all: { type: "boolean", description: "show every fact, not only those that differ" },
    markdown: { type: "boolean", description: "a table for a pull request" },
    since: {
      type: "string",
      placeholder: "last|ID|TIME",
      description:
        "what changed since an earlier audit: the last one, that of an evidence record, or the newest until a time",
    },
  },
  examples: [
    "npm run audit -- --stack prod",
    "npm run audit -- --stack prod --since last",
    "npm run audit -- --plan my.yaml --only points --all --markdown",
  ],
  async run({ stack, plan: file, only, all, markdown, since }, command) {
    const plan = await loadPlan({ stack, plan: file });
    const { context, close } = await openAudit(plan, { stack, plan: file }, command);
    try {
      const past = since === undefined ? undefined : await readPastAudit(context.vault, since);
      const sources = ALL_SOURCES.filter(({ name }) => only === undefined || name === only);
      const at = command.clock();
      const audit = await runAudit(context, sources);
      const changes = past && compareAudits(past, audit, sourceOf);
      const kinds = sources.flatMap((source) => source.kinds);
      const unkept = await recordAudit(context.vault, audit, kinds);
      if (unkept !== undefined) command.say(`No evidence was kept of this audit: ${unkept}`);
      const { environment } = plan;
      return {
        exitCode: audit.verdict === "FAIL" ? 3 : 0,
        result: {
          ...{ environment, at, ...audit, evidenceKept: unkept === undefined },
          ...(changes && { changes: changesResult(changes) }),
        },
        text: [
          markdown ? auditMarkdown(environment, audit, all) : describeAudit(environment, audit, all),
          ...(changes ? [describeAuditChanges(changes)] : []),
        ].join("\n"),
      };
    } finally {
      close();
    }
  },
});

function changesResult({ found, changed, ...rest }: AuditChanges) {
  return {
    ...rest,
    found: found.map(({ id }) => id),
    changed: changed.map(({ fact, before }) => ({ id: fact.id, before, actual: fact.actual })),
  };
}
