import * as pulumi from "@pulumi/pulumi";
import type { ProtectionPlan } from "../../plan/protection-plan.ts";
import { roleArn } from "../iam/role-name.ts";
import type { StackFacts } from "../stack-facts.ts";
import { declareKey, type KeyInput } from "./declare-key.ts";
import { vaultKeyPolicy } from "./key-policy.ts";

export interface VaultKeysArgs {
  /** Name of the environment, a slug; becomes part of the names of roles that guard the keys. */
  readonly environment: string;
  readonly vault: ProtectionPlan["vault"];
  readonly facts: StackFacts;
}

/**
 * The keys that the plan's vault names: the vault's, the replica's in its own region, and the one that signs evidence.
 * Named by an alias, a key is made with it: symmetric ones are rotated every 365 days; the signing key is
 * ECC_NIST_P256. None can be disabled or scheduled for deletion but by break-glass and the plan's `keyAdmins`; each
 * stays when the stack is destroyed. Named by id or ARN, a key exists and is only used: its guard is its owner's.
 *
 * One US dollar a month for each key and each of its first two rotations.
 * @see https://aws.amazon.com/kms/pricing/
 */
export class VaultKeys extends pulumi.ComponentResource {
  /** Absent when the plan names none: points then open with the escrow key alone. */
  readonly keyArn: pulumi.Output<string> | undefined;
  readonly replicaKeyArn: pulumi.Output<string> | undefined;
  /** Absent when evidence is signed with a private key, or not at all. */
  readonly signingKeyArn: pulumi.Output<string> | undefined;

  constructor(name: string, args: VaultKeysArgs, opts?: pulumi.ComponentResourceOptions) {
    super("holdfast:vault:VaultKeys", name, {}, opts);
    const { environment, vault, facts } = args;
    const { keys, keyAdmins, region, replicaRegion = region } = vault;
    const common = {
      policy: vaultKeyPolicy(facts, [roleArn(facts, environment, "break-glass"), ...keyAdmins]),
      facts,
      tags: { ...facts.tags, "holdfast:component": "VaultKeys" },
    };
    const declare = (role: string, input: Omit<KeyInput, keyof typeof common>) =>
      declareKey(`${name}-${role}`, { ...common, ...input }, this);
    this.keyArn =
      keys.kms === undefined
        ? undefined
        : declare("vault", {
            id: keys.kms,
            field: "vault.keys.kms",
            region,
            description: `Holdfast ${environment}: opens recovery points`,
          });
    this.replicaKeyArn =
      keys.replicaKms === undefined
        ? undefined
        : declare("replica", {
            id: keys.replicaKms,
            field: "vault.keys.replicaKms",
            region: replicaRegion,
            description: `Holdfast ${environment}: opens recovery points when the vault's region is lost`,
          });
    this.signingKeyArn =
      keys.signing === undefined || !("kms" in keys.signing)
        ? undefined
        : declare("signing", {
            id: keys.signing.kms,
            field: "vault.keys.signing.kms",
            region,
            description: `Holdfast ${environment}: signs evidence`,
            signs: true,
          });
    this.registerOutputs({
      keyArn: this.keyArn,
      replicaKeyArn: this.replicaKeyArn,
      signingKeyArn: this.signingKeyArn,
    });
  }
}
