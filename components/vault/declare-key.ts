import * as aws from "@pulumi/aws/kms/index.js";
import * as pulumi from "@pulumi/pulumi";
import { HoldfastError } from "../../plan/holdfast-error.ts";
import { type PolicyStatement, policyDocument } from "../iam/policy-document.ts";
import type { StackFacts } from "../stack-facts.ts";

export interface KeyInput {
  /** As the plan names it: an alias (`alias/…` or its ARN) is made with a key behind it; anything else exists. */
  readonly id: string;
  /** Where the plan names it, for messages, e.g. `vault.keys.kms`. */
  readonly field: string;
  /** Region of the key when its name does not say. */
  readonly region: string;
  readonly description: string;
  readonly policy: readonly PolicyStatement[];
  /** @default false: encrypts */
  readonly signs?: boolean;
  readonly facts: StackFacts;
  readonly tags: Readonly<Record<string, string>>;
}

/** The longest time in days that KMS offers to save a key scheduled for deletion, and what it rotates after. */
const DELETION_WINDOW_DAYS = 30;
const ROTATION_DAYS = 365;
const ALIAS = /^(?:arn:aws[a-z-]*:kms:([a-z0-9-]+):(\d{12}):)?(alias\/.+)$/;
const KEY_ARN = /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/.+$/;

/**
 * A key and its alias as children of a component, kept when the stack goes. The key's ARN, also of one that exists.
 * @throws HoldfastError KEY_IN_OTHER_ACCOUNT (exit 2) when the alias names another account than the stack's
 */
export function declareKey(
  name: string,
  input: KeyInput,
  parent: pulumi.ComponentResource,
): pulumi.Output<string> {
  const { id, facts, signs = false, tags } = input;
  const [, aliasRegion, , alias] = ALIAS.exec(id) ?? [];
  if (alias === undefined) return existingArn(input);
  const region = aliasRegion ?? input.region;
  const kept = { parent, protect: true, retainOnDelete: true };
  const key = new aws.Key(
    name,
    {
      region,
      description: input.description,
      policy: policyDocument(input.policy),
      deletionWindowInDays: DELETION_WINDOW_DAYS,
      multiRegion: false,
      ...(signs
        ? { keyUsage: "SIGN_VERIFY", customerMasterKeySpec: "ECC_NIST_P256" }
        : {
            keyUsage: "ENCRYPT_DECRYPT",
            customerMasterKeySpec: "SYMMETRIC_DEFAULT",
            enableKeyRotation: true,
            rotationPeriodInDays: ROTATION_DAYS,
          }),
      tags,
    },
    kept,
  );
  const aliasName = facts.accountId.apply((own) => ownAlias(input, own));
  new aws.Alias(`${name}-alias`, { region, name: aliasName, targetKeyId: key.keyId }, kept);
  return key.arn;
}

function existingArn({ id, region, facts }: KeyInput): pulumi.Output<string> {
  if (KEY_ARN.test(id)) return pulumi.output(id);
  return pulumi.interpolate`arn:${facts.partition}:kms:${region}:${facts.accountId}:key/${id}`;
}

/**
 * `alias/…` of an alias or its ARN.
 * @param own the stack's account
 * @throws HoldfastError KEY_IN_OTHER_ACCOUNT (exit 2)
 */
export function ownAlias({ id, field }: Pick<KeyInput, "id" | "field">, own: string): string {
  const [, , account = own, alias = id] = ALIAS.exec(id) ?? [];
  if (account === own) return alias;
  throw new HoldfastError({
    code: "KEY_IN_OTHER_ACCOUNT",
    message: `${field} names the alias ${id}, which the stack makes; the stack's account is ${own}.`,
    hint: "Write the stack's own account into the alias, or name the ARN of a key that exists there.",
    exitCode: 2,
  });
}
