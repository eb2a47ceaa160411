import { GetBucketReplicationCommand, type ReplicationRule } from "@aws-sdk/client-s3";
import { REPLICATION_RULE } from "../../components/vault/replication-rule.ts";
import { declaresVault } from "../../plan/declares-vault.ts";
import type { AuditContext } from "../audit-context.ts";
import type { AuditFact, FactKind } from "../audit-fact.ts";
import type { AuditSource } from "../audit-source.ts";
import { type AwsAnswer, answerFact, askAws, refusedFact, UP } from "../aws/ask-aws.ts";
import { type DeclaredStack, declaredStack, UNKNOWN_KEY } from "../declared/declared-stack.ts";
import { COPY_KINDS, copyFacts } from "../replication/copy-facts.ts";

const kind = (id: string, setting: string): FactKind => ({
  id: `replication.${id}`,
  setting,
  source: "S3 GetBucketReplication",
  fix: UP,
});
const RULE = kind("rule", "rule that copies the vault to its replica");
const ROLE = kind("role", "role that S3 copies with");
const OF = kind("of", "what is copied");
const TO = kind("to", "where it is copied to");
const KEY = kind("key", "key that copies are encrypted with");
const TIME = kind("time-control", "time within which S3 copies");
const DELETIONS = kind("deletions", "copying of deletions");
const OTHERS = kind("others", "further replication rules");

/** That everything in the vault is copied to its replica: by the rule, and by what became of the newest objects. */
export const replicationSource: AuditSource = {
  name: "replication",
  kinds: [RULE, ROLE, OF, TO, KEY, TIME, DELETIONS, OTHERS, ...COPY_KINDS],
  async *read(context) {
    const { vault } = context.plan;
    if (!declaresVault(vault) || vault.replicaBucket === undefined) return;
    yield* ruleFacts(context, await declaredStack(context));
    yield* copyFacts(context);
  },
};

/** A rule in the fields that both sides have. */
interface RuleFields {
  readonly status: string;
  readonly of: string;
  readonly to: string;
  readonly key: string;
  readonly time: string;
  readonly deletions: string;
}

interface DeclaredReplication {
  readonly status: string;
  readonly deleteMarkerReplication: { readonly status: string };
  readonly sourceSelectionCriteria?: { readonly sseKmsEncryptedObjects: { readonly status: string } };
  readonly destination: {
    readonly bucket: string;
    readonly storageClass: string;
    readonly replicationTime: { readonly status: string; readonly time: { readonly minutes: number } };
    readonly encryptionConfiguration?: { readonly replicaKmsKeyId: string };
  };
}

async function* ruleFacts(context: AuditContext, stack: DeclaredStack): AsyncGenerator<AuditFact> {
  const { bucket } = context.plan.vault;
  const inputs = stack.one("s3/bucketReplicationConfig:BucketReplicationConfig", { bucket });
  const [rule] = (inputs?.rules ?? []) as readonly DeclaredReplication[];
  if (rule === undefined) return;
  const declared = declaredFields(rule);
  const answer = await askAws(
    "s3:GetReplicationConfiguration",
    ["ReplicationConfigurationNotFoundError"],
    async () => {
      const found = await context.vault.s3.send(new GetBucketReplicationCommand({ Bucket: bucket }));
      const { Rules = [], Role = "absent" } = found.ReplicationConfiguration ?? {};
      return { rules: Rules, role: Role };
    },
  );
  yield answerFact(context, ROLE, {
    ...{ declared: String(inputs?.role), answer },
    words: ({ role }) => role,
  });
  const own = ({ rules }: { rules: readonly ReplicationRule[] }) =>
    rules.find(({ ID }) => ID === REPLICATION_RULE);
  yield* fieldFacts(context, declared, told(answer, own));
  yield answerFact(context, OTHERS, {
    ...{ declared: "none", answer, absent: "none" },
    words: ({ rules }) =>
      rules
        .filter(({ ID }) => ID !== REPLICATION_RULE)
        .map(({ ID = "without id", Status, Destination }) => `${ID} (${Status}) to ${Destination?.Bucket}`)
        .join("; ") || "none",
  });
}

function told<Value, Part>(
  answer: AwsAnswer<Value>,
  part: (value: Value) => Part | undefined,
): AwsAnswer<Part> {
  if (answer.is !== "told") return answer;
  const value = part(answer.value);
  return value === undefined ? { is: "absent" } : { is: "told", value };
}

function* fieldFacts(
  context: AuditContext,
  declared: RuleFields,
  answer: AwsAnswer<ReplicationRule>,
): Generator<AuditFact> {
  const fields = [
    [RULE, "status"],
    [OF, "of"],
    [TO, "to"],
    [KEY, "key"],
    [TIME, "time"],
    [DELETIONS, "deletions"],
  ] as const;
  for (const [fieldKind, field] of fields) {
    yield declared[field].includes(UNKNOWN_KEY)
      ? refusedFact(context, fieldKind, { declared: declared[field], permission: "kms:DescribeKey" })
      : answerFact(context, fieldKind, {
          ...{ declared: declared[field], answer },
          words: (rule) => actualFields(rule)[field],
        });
  }
}

function declaredFields(rule: DeclaredReplication): RuleFields {
  const { destination, sourceSelectionCriteria } = rule;
  const { replicationTime } = destination;
  return {
    status: rule.status,
    of: scope("", sourceSelectionCriteria?.sseKmsEncryptedObjects.status),
    to: `${destination.bucket} as ${destination.storageClass}`,
    key: destination.encryptionConfiguration?.replicaKmsKeyId ?? "none",
    time: within(replicationTime.status, replicationTime.time.minutes),
    deletions: rule.deleteMarkerReplication.status,
  };
}

function actualFields(rule: ReplicationRule): RuleFields {
  const { Destination: to, Filter, SourceSelectionCriteria: criteria } = rule;
  const tags = Filter?.And?.Tags ?? (Filter?.Tag ? [Filter.Tag] : []);
  const tagged = tags.map(({ Key, Value }) => `${Key}=${Value}`).join(", ");
  const prefix = Filter?.And?.Prefix ?? Filter?.Prefix ?? rule.Prefix ?? "";
  return {
    status: rule.Status ?? "absent",
    of: scope(prefix, criteria?.SseKmsEncryptedObjects?.Status) + (tagged && ` tagged ${tagged}`),
    to: `${to?.Bucket ?? "nowhere"} as ${to?.StorageClass ?? "STANDARD"}`,
    key: to?.EncryptionConfiguration?.ReplicaKmsKeyID ?? "none",
    time: within(to?.ReplicationTime?.Status, to?.ReplicationTime?.Time?.Minutes),
    deletions: rule.DeleteMarkerReplication?.Status ?? "Disabled",
  };
}

function scope(prefix: string, encrypted: string | undefined): string {
  const what = prefix === "" ? "everything" : prefix;
  return encrypted === "Enabled" ? `${what}, encrypted by KMS too` : `${what}, nothing encrypted by KMS`;
}

const within = (status: string | undefined, minutes: number | undefined) =>
  status === "Enabled" ? `${minutes} minutes` : "no commitment";
