import type { KMS } from "@aws-sdk/client-kms";
import { z } from "zod";
import { awsResource } from "../aws-resource.ts";
import { asPolicy } from "../canonical.ts";
import { document } from "../document.ts";
import { ignoring } from "../ignoring.ts";

const SPECS = [
  "SYMMETRIC_DEFAULT",
  ...["RSA_2048", "RSA_3072", "RSA_4096"],
  ...["ECC_NIST_P256", "ECC_NIST_P384", "ECC_NIST_P521", "ECC_SECG_P256K1"],
  ...["HMAC_224", "HMAC_256", "HMAC_384", "HMAC_512"],
] as const;
const USAGES = ["ENCRYPT_DECRYPT", "SIGN_VERIFY", "GENERATE_VERIFY_MAC"] as const;

/** @see https://www.pulumi.com/registry/packages/aws/api-docs/kms/key/ */
export const key = awsResource({
  type: "aws:kms/key:Key",
  inputs: {
    description: z.string().optional(),
    policy: document.optional(),
    keyUsage: z.enum(USAGES).default("ENCRYPT_DECRYPT"),
    customerMasterKeySpec: z.enum(SPECS).default("SYMMETRIC_DEFAULT"),
    multiRegion: z.boolean().default(false),
    enableKeyRotation: z.boolean().default(false),
    rotationPeriodInDays: z.number().int().min(90).max(2560).optional(),
    isEnabled: z.boolean().default(true),
    deletionWindowInDays: z.number().int().min(7).max(30).optional(),
    bypassPolicyLockoutSafetyCheck: z.boolean().default(false),
  },
  replaces: ["keyUsage", "customerMasterKeySpec", "multiRegion"],
  computed: ["policy", "rotationPeriodInDays", "description"],
  unread: ["deletionWindowInDays", "bypassPolicyLockoutSafetyCheck"],
  canonical: { policy: asPolicy },
  tagged: true,
  absent: ["NotFoundException"],

  async create({ aws, inputs, tags, exists }) {
    const kms = await aws.client("kms");
    const { KeyMetadata } = await kms.createKey({
      Description: inputs.description,
      Policy: inputs.policy,
      KeyUsage: inputs.keyUsage,
      KeySpec: inputs.customerMasterKeySpec,
      MultiRegion: inputs.multiRegion,
      BypassPolicyLockoutSafetyCheck: inputs.bypassPolicyLockoutSafetyCheck,
      Tags: keyTags(tags),
    });
    const KeyId = KeyMetadata?.KeyId ?? "";
    exists(KeyId);
    if (inputs.enableKeyRotation) await rotate(kms, KeyId, inputs.rotationPeriodInDays);
    if (!inputs.isEnabled) await kms.disableKey({ KeyId });
    return KeyId;
  },

  async read({ aws, id: KeyId }) {
    const kms = await aws.client("kms");
    const { KeyMetadata: found } = await kms.describeKey({ KeyId });
    if (!found || found.KeyState === "PendingDeletion" || found.KeyState === "PendingReplicaDeletion") return;
    const isSymmetric = found.KeySpec === "SYMMETRIC_DEFAULT";
    const [policy, rotation, tags] = await Promise.all([
      kms.getKeyPolicy({ KeyId, PolicyName: "default" }),
      isSymmetric
        ? ignoring(["UnsupportedOperationException"], kms.getKeyRotationStatus({ KeyId }))
        : undefined,
      kms.listResourceTags({ KeyId }),
    ]);
    return {
      arn: found.Arn,
      keyId: found.KeyId,
      description: found.Description,
      policy: policy.Policy,
      keyUsage: found.KeyUsage,
      customerMasterKeySpec: found.KeySpec,
      multiRegion: found.MultiRegion ?? false,
      enableKeyRotation: rotation?.KeyRotationEnabled ?? false,
      rotationPeriodInDays: rotation?.KeyRotationEnabled ? (rotation.RotationPeriodInDays ?? 365) : undefined,
      isEnabled: found.Enabled ?? false,
      tagsAll: Object.fromEntries(
        (tags.Tags ?? []).map(({ TagKey = "", TagValue = "" }) => [TagKey, TagValue]),
      ),
    };
  },

  async update({ aws, id: KeyId, inputs, tags, changed, removedTags }) {
    const kms = await aws.client("kms");
    // A disabled key takes few changes: it is enabled first, and disabled last.
    if (changed("isEnabled") && inputs.isEnabled) await kms.enableKey({ KeyId });
    if (changed("enableKeyRotation", "rotationPeriodInDays")) {
      if (inputs.enableKeyRotation) await rotate(kms, KeyId, inputs.rotationPeriodInDays);
      else await kms.disableKeyRotation({ KeyId });
    }
    if (changed("description"))
      await kms.updateKeyDescription({ KeyId, Description: inputs.description ?? "" });
    if (changed("policy") && inputs.policy !== undefined)
      await kms.putKeyPolicy({
        KeyId,
        PolicyName: "default",
        Policy: inputs.policy,
        BypassPolicyLockoutSafetyCheck: inputs.bypassPolicyLockoutSafetyCheck,
      });
    if (changed("tags")) {
      if (removedTags.length > 0) await kms.untagResource({ KeyId, TagKeys: [...removedTags] });
      if (Object.keys(tags).length > 0) await kms.tagResource({ KeyId, Tags: keyTags(tags) });
    }
    if (changed("isEnabled") && !inputs.isEnabled) await kms.disableKey({ KeyId });
  },

  async delete({ aws, id: KeyId, inputs }) {
    const kms = await aws.client("kms");
    const { KeyMetadata } = await kms.describeKey({ KeyId });
    if (KeyMetadata?.KeyState === "PendingDeletion") return;
    await kms.scheduleKeyDeletion({ KeyId, PendingWindowInDays: inputs.deletionWindowInDays ?? 30 });
  },
});

async function rotate(kms: KMS, KeyId: string, days: number | undefined): Promise<void> {
  await kms.enableKeyRotation({ KeyId, ...(days === undefined ? {} : { RotationPeriodInDays: days }) });
}

function keyTags(tags: Readonly<Record<string, string>>): { TagKey: string; TagValue: string }[] {
  return Object.entries(tags).map(([TagKey, TagValue]) => ({ TagKey, TagValue }));
}
