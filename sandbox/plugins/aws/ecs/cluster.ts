import { z } from "zod";
import { awsResource } from "../aws-resource.ts";
import { asSet } from "../canonical.ts";
import { ecsTags, tagTable } from "./ecs-tags.ts";

const Setting = z.strictObject({
  name: z.literal("containerInsights"),
  value: z.enum(["enabled", "disabled", "enhanced"]),
});

/** @see https://www.pulumi.com/registry/packages/aws/api-docs/ecs/cluster/ */
export const cluster = awsResource({
  type: "aws:ecs/cluster:Cluster",
  inputs: { name: z.string().optional(), settings: z.array(Setting).optional() },
  replaces: ["name"],
  computed: ["settings"],
  canonical: { settings: asSet },
  unique: ["name"],
  autoName: { longest: 255 },
  tagged: true,
  absent: ["ClusterNotFoundException"],
  async create({ aws, inputs, tags }) {
    const { name: clusterName, settings } = inputs;
    const ecs = await aws.client("ecs");
    const answer = await ecs.createCluster({ clusterName, settings, tags: ecsTags(tags) });
    return answer.cluster?.clusterArn ?? "";
  },
  async read({ aws, id }) {
    const ecs = await aws.client("ecs");
    const { clusters = [] } = await ecs.describeClusters({ clusters: [id], include: ["TAGS", "SETTINGS"] });
    const [found] = clusters;
    if (!found || found.status === "INACTIVE") return undefined;
    const { clusterName: name, clusterArn: arn, settings, tags } = found;
    return { name, arn, settings, tagsAll: tagTable(tags) };
  },
  async update({ aws, id, inputs, tags, removedTags, changed }) {
    const ecs = await aws.client("ecs");
    if (changed("settings")) await ecs.updateClusterSettings({ cluster: id, settings: inputs.settings });
    if (!changed("tags")) return;
    if (removedTags.length > 0) await ecs.untagResource({ resourceArn: id, tagKeys: [...removedTags] });
    await ecs.tagResource({ resourceArn: id, tags: ecsTags(tags) });
  },
  async delete({ aws, id }) {
    await (await aws.client("ecs")).deleteCluster({ cluster: id });
  },
});
