import { z } from "zod";
import { awsResource } from "../aws-resource.ts";

const RETENTIONS = [
  ...[
    0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288,
    3653,
  ],
];

/** @see https://www.pulumi.com/registry/packages/aws/api-docs/cloudwatch/loggroup/ */
export const logGroup = awsResource({
  type: "aws:cloudwatch/logGroup:LogGroup",
  inputs: {
    name: z.string().optional(),
    /** In days; 0: for ever. */
    retentionInDays: z.literal(RETENTIONS).default(0),
    kmsKeyId: z.string().optional(),
    logGroupClass: z.enum(["STANDARD", "INFREQUENT_ACCESS", "DELIVERY"]).optional(),
    skipDestroy: z.boolean().default(false),
  },
  replaces: ["name", "logGroupClass"],
  computed: ["logGroupClass"],
  unread: ["skipDestroy"],
  unique: ["name"],
  autoName: { longest: 512 },
  tagged: true,
  absent: ["ResourceNotFoundException"],

  async create({ aws, inputs, tags, exists }) {
    const { name: logGroupName = "", kmsKeyId, logGroupClass, retentionInDays } = inputs;
    const logs = await aws.client("logs");
    await logs.createLogGroup({ logGroupName, kmsKeyId, logGroupClass, tags });
    exists(logGroupName);
    if (retentionInDays > 0) await logs.putRetentionPolicy({ logGroupName, retentionInDays });
    return logGroupName;
  },

  async read({ aws, id: name }) {
    const logs = await aws.client("logs");
    const { logGroups = [] } = await logs.describeLogGroups({ logGroupNamePrefix: name });
    const found = logGroups.find(({ logGroupName }) => logGroupName === name);
    if (!found) return undefined;
    const arn = found.arn?.replace(/:\*$/, "") ?? "";
    const { tags } = await logs.listTagsForResource({ resourceArn: arn });
    return {
      name,
      arn,
      retentionInDays: found.retentionInDays ?? 0,
      kmsKeyId: found.kmsKeyId,
      logGroupClass: found.logGroupClass ?? "STANDARD",
      tagsAll: tags ?? {},
    };
  },

  async update({ aws, id: logGroupName, inputs, outputs, tags, changed, removedTags }) {
    const logs = await aws.client("logs");
    const { retentionInDays, kmsKeyId } = inputs;
    if (changed("retentionInDays")) {
      if (retentionInDays > 0) await logs.putRetentionPolicy({ logGroupName, retentionInDays });
      else await logs.deleteRetentionPolicy({ logGroupName });
    }
    if (changed("kmsKeyId")) {
      if (kmsKeyId) await logs.associateKmsKey({ logGroupName, kmsKeyId });
      else await logs.disassociateKmsKey({ logGroupName });
    }
    if (changed("tags")) {
      const resourceArn = String(outputs.arn);
      if (removedTags.length > 0) await logs.untagResource({ resourceArn, tagKeys: [...removedTags] });
      if (Object.keys(tags).length > 0) await logs.tagResource({ resourceArn, tags });
    }
  },

  async delete({ aws, id: logGroupName, inputs }) {
    if (inputs.skipDestroy) return;
    const logs = await aws.client("logs");
    await logs.deleteLogGroup({ logGroupName });
  },
});
