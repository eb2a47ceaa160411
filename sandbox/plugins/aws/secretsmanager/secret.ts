import { z } from "zod";
import { awsResource } from "../aws-resource.ts";
import { asPolicy, asSet } from "../canonical.ts";
import { document } from "../document.ts";
import { ignoring } from "../ignoring.ts";
import { tagList, tagsOf } from "../tag-list.ts";

const Replica = z.strictObject({ region: z.string(), kmsKeyId: z.string().optional() });

/** A secret without its value: that is put by an operator, and never read here. */
export const secret = awsResource({
  type: "aws:secretsmanager/secret:Secret",
  inputs: {
    name: z.string().optional(),
    description: z.string().optional(),
    kmsKeyId: z.string().optional(),
    policy: document.optional(),
    replicas: z.array(Replica).optional(),
    recoveryWindowInDays: z
      .number()
      .int()
      .refine((days) => days === 0 || (days >= 7 && days <= 30), "must be 0, or 7 to 30")
      .default(30),
    forceOverwriteReplicaSecret: z.boolean().default(false),
  },
  replaces: ["name", "replicas"],
  computed: ["policy", "replicas"],
  unread: ["recoveryWindowInDays", "forceOverwriteReplicaSecret"],
  canonical: { policy: asPolicy, replicas: asSet },
  unique: ["name"],
  autoName: { longest: 512 },
  tagged: true,
  absent: ["ResourceNotFoundException"],
  async create({ aws, inputs, tags, exists }) {
    const secrets = await aws.client("secretsmanager");
    const { name, description, kmsKeyId, replicas, forceOverwriteReplicaSecret } = inputs;
    const { ARN = "" } = await secrets.createSecret({
      ...{ Name: name, Description: description, KmsKeyId: kmsKeyId, Tags: tagList(tags) },
      ForceOverwriteReplicaSecret: forceOverwriteReplicaSecret,
      AddReplicaRegions: replicas?.map((replica) => ({ Region: replica.region, KmsKeyId: replica.kmsKeyId })),
    });
    exists(ARN);
    if (inputs.policy) await secrets.putResourcePolicy({ SecretId: ARN, ResourcePolicy: inputs.policy });
    return ARN;
  },
  async read({ aws, id }) {
    const secrets = await aws.client("secretsmanager");
    const found = await secrets.describeSecret({ SecretId: id });
    // What waits for its deletion is gone for the program.
    if (found.DeletedDate) return undefined;
    const policy = await ignoring(["ResourceNotFoundException"], secrets.getResourcePolicy({ SecretId: id }));
    return {
      ...{ name: found.Name, description: found.Description, kmsKeyId: found.KmsKeyId, arn: found.ARN },
      policy: policy?.ResourcePolicy,
      replicas: found.ReplicationStatus?.map(({ Region, KmsKeyId }) => ({
        region: Region,
        ...(KmsKeyId ? { kmsKeyId: KmsKeyId } : {}),
      })),
      tagsAll: tagsOf(found.Tags),
    };
  },
  async update({ aws, id, inputs, tags, removedTags, changed }) {
    const secrets = await aws.client("secretsmanager");
    const { description = "", kmsKeyId } = inputs;
    if (changed("description", "kmsKeyId"))
      await secrets.updateSecret({ SecretId: id, Description: description, KmsKeyId: kmsKeyId });
    if (changed("policy") && inputs.policy)
      await secrets.putResourcePolicy({ SecretId: id, ResourcePolicy: inputs.policy });
    if (!changed("tags")) return;
    if (removedTags.length > 0) await secrets.untagResource({ SecretId: id, TagKeys: [...removedTags] });
    await secrets.tagResource({ SecretId: id, Tags: tagList(tags) });
  },
  async delete({ aws, id, outputs }) {
    const days = Number(outputs.recoveryWindowInDays ?? 30);
    const secrets = await aws.client("secretsmanager");
    await secrets.deleteSecret({
      SecretId: id,
      ...(days === 0 ? { ForceDeleteWithoutRecovery: true } : { RecoveryWindowInDays: days }),
    });
  },
});
