import type { ProtectionPlan } from "../../plan/protection-plan.ts";
import type { AuditContext } from "../audit-context.ts";
import { askAws } from "../aws/ask-aws.ts";
import { type DeclaredResource, declareStack } from "./declare-stack.ts";
import type { StackAccount } from "./mocked-resource.ts";

export type Inputs = Readonly<Record<string, unknown>>;

/** A key that the stack makes, and what AWS has behind its alias. */
export interface DeclaredKey {
  /** `alias/…` */
  readonly alias: string;
  readonly region: string;
  readonly inputs: Inputs;
  /** Absent: nothing is behind the alias, or the caller may not know. */
  readonly arn?: string;
}

/** What the stack declares at AWS, with the ARNs that its keys have there. */
export class DeclaredStack {
  readonly account: StackAccount;
  readonly keys: readonly DeclaredKey[];
  readonly #resources: readonly DeclaredResource[];

  constructor(account: StackAccount, resources: readonly DeclaredResource[], keys: readonly DeclaredKey[]) {
    this.account = account;
    this.keys = keys;
    this.#resources = resources;
  }

  /** Inputs of the resources of a type, e.g. `s3/bucket:Bucket`, that have all the given values. */
  of(type: string, having: Readonly<Record<string, string>> = {}): readonly Inputs[] {
    return this.#resources
      .filter((resource) => resource.type === `aws:${type}`)
      .map(({ inputs }) => inputs)
      .filter((inputs) => Object.entries(having).every(([name, value]) => inputs[name] === value));
  }

  /** Those of the only one. */
  one(type: string, having: Readonly<Record<string, string>> = {}): Inputs | undefined {
    return this.of(type, having)[0];
  }
}

/** Where a key's ARN could not be learnt, this stands in its place. */
export const UNKNOWN_KEY = "the key behind ";

const stacks = new WeakMap<AuditContext, Promise<DeclaredStack>>();
type Declaring = ReturnType<typeof declareStack>;
/** What a plan declares in an account does not change. */
const declarations = new WeakMap<ProtectionPlan, Map<string, Declaring>>();

/**
 * What the plan of an audit declares, once for all its sources.
 * @throws HoldfastError AWS_CALL_FAILED
 */
export function declaredStack(context: AuditContext): Promise<DeclaredStack> {
  const stack = stacks.get(context) ?? readStack(context);
  stacks.set(context, stack);
  return stack;
}

async function readStack(context: AuditContext): Promise<DeclaredStack> {
  const account = await readAccount(context);
  const declared = await declarationOf(context.plan, account);
  const named = await Promise.all(
    declared
      .filter(({ type }) => type === "aws:kms/alias:Alias")
      .map((alias) => lookUpKey(context, declared, alias.inputs)),
  );
  return new DeclaredStack(
    account,
    withArns(declared, named),
    named.map(({ key }) => key),
  );
}

function declarationOf(plan: ProtectionPlan, account: StackAccount): Declaring {
  const known = declarations.get(plan) ?? new Map<string, Declaring>();
  declarations.set(plan, known);
  const declaring = known.get(account.accountId) ?? declareStack(plan, account);
  known.set(account.accountId, declaring);
  return declaring;
}

async function readAccount({ aws, plan }: AuditContext): Promise<StackAccount> {
  const sts = await aws.client("sts");
  // Nobody can be refused it.
  const answer = await askAws("sts:GetCallerIdentity", [], () => sts.getCallerIdentity());
  const { Account: accountId = "", Arn = "" } = answer.is === "told" ? answer.value : {};
  return { accountId, partition: Arn.split(":")[1] || "aws", region: plan.vault.region };
}

interface NamedKey {
  /** The logical name, which stands in declared ARNs in place of the id. */
  readonly name: string;
  readonly key: DeclaredKey;
}

async function lookUpKey(
  { aws }: AuditContext,
  declared: readonly DeclaredResource[],
  { name, region, targetKeyId }: Inputs,
): Promise<NamedKey> {
  const own = declared.find((one) => one.type === "aws:kms/key:Key" && one.name === targetKeyId);
  const place = { alias: String(name), region: String(region) };
  const kms = await aws.client("kms", place.region);
  const answer = await askAws("kms:DescribeKey", ["NotFoundException"], () =>
    kms.describeKey({ KeyId: place.alias }),
  );
  const arn = answer.is === "told" ? answer.value.KeyMetadata?.Arn : undefined;
  return { name: String(targetKeyId), key: { ...place, inputs: own?.inputs ?? {}, ...(arn && { arn }) } };
}

function withArns(
  declared: readonly DeclaredResource[],
  named: readonly NamedKey[],
): readonly DeclaredResource[] {
  let text = JSON.stringify(declared);
  for (const { name, key } of named) {
    const placeholder = new RegExp(`arn:[a-z-]+:kms:[a-z0-9-]+:\\d*:key/${name}(?![\\w-])`, "g");
    text = text.replaceAll(placeholder, key.arn ?? `${UNKNOWN_KEY}${key.alias}`);
  }
  return JSON.parse(text);
}
