import type { ContainerDefinition } from "@aws-sdk/client-ecs";
import { z } from "zod";
import { awsResource } from "../aws-resource.ts";
import { asSet } from "../canonical.ts";
import { asContainers } from "./container-definitions.ts";
import { ecsTags, tagTable } from "./ecs-tags.ts";

const Platform = z.strictObject({
  cpuArchitecture: z.enum(["X86_64", "ARM64"]).optional(),
  operatingSystemFamily: z.string().optional(),
});

/** Revisions are never changed: any other definition is another revision of the family. */
export const taskDefinition = awsResource({
  type: "aws:ecs/taskDefinition:TaskDefinition",
  inputs: {
    family: z.string(),
    containerDefinitions: z.string(),
    cpu: z.string().optional(),
    memory: z.string().optional(),
    networkMode: z.enum(["none", "bridge", "awsvpc", "host"]).optional(),
    requiresCompatibilities: z.array(z.string()).optional(),
    executionRoleArn: z.string().optional(),
    taskRoleArn: z.string().optional(),
    ephemeralStorage: z.strictObject({ sizeInGib: z.number().int().min(21).max(200) }).optional(),
    runtimePlatform: Platform.optional(),
    volumes: z.array(z.strictObject({ name: z.string() })).optional(),
    skipDestroy: z.boolean().default(false),
  },
  replaces: [
    ...([
      "family",
      "containerDefinitions",
      "cpu",
      "memory",
      "networkMode",
      "requiresCompatibilities",
    ] as const),
    ...(["executionRoleArn", "taskRoleArn", "ephemeralStorage", "runtimePlatform", "volumes"] as const),
  ],
  computed: ["networkMode"],
  unread: ["skipDestroy"],
  canonical: { containerDefinitions: asContainers, requiresCompatibilities: asSet, volumes: asSet },
  tagged: true,
  absent: [],
  async create({ aws, inputs, tags }) {
    const { skipDestroy: _, containerDefinitions, ephemeralStorage, ...rest } = inputs;
    const ecs = await aws.client("ecs");
    await ecs.registerTaskDefinition({
      ...(rest as Parameters<typeof ecs.registerTaskDefinition>[0]),
      containerDefinitions: JSON.parse(containerDefinitions) as ContainerDefinition[],
      ...(ephemeralStorage ? { ephemeralStorage: { sizeInGiB: ephemeralStorage.sizeInGib } } : {}),
      tags: ecsTags(tags),
    });
    return inputs.family;
  },
  async read({ aws, id, outputs }) {
    const ecs = await aws.client("ecs");
    // The id is that of the family, whose newest revision is ours when it was just made.
    const name = typeof outputs.arn === "string" ? outputs.arn : id;
    const answer = await ecs
      .describeTaskDefinition({ taskDefinition: name, include: ["TAGS"] })
      .catch(absent);
    const found = answer?.taskDefinition;
    if (found?.status !== "ACTIVE") return undefined;
    const { taskDefinitionArn: arn = "", ephemeralStorage, ...rest } = found;
    return {
      family: rest.family,
      containerDefinitions: JSON.stringify(rest.containerDefinitions),
      cpu: rest.cpu,
      memory: rest.memory,
      networkMode: rest.networkMode,
      requiresCompatibilities: rest.requiresCompatibilities,
      executionRoleArn: rest.executionRoleArn,
      taskRoleArn: rest.taskRoleArn,
      ephemeralStorage: ephemeralStorage && { sizeInGib: ephemeralStorage.sizeInGiB },
      runtimePlatform: rest.runtimePlatform,
      volumes: rest.volumes?.map(({ name }) => ({ name })),
      revision: rest.revision,
      arn,
      arnWithoutRevision: arn.replace(/:\d+$/, ""),
      tagsAll: tagTable(answer?.tags),
    };
  },
  async update({ aws, outputs, tags, removedTags, changed }) {
    if (!changed("tags")) return;
    const ecs = await aws.client("ecs");
    const resourceArn = String(outputs.arn);
    if (removedTags.length > 0) await ecs.untagResource({ resourceArn, tagKeys: [...removedTags] });
    await ecs.tagResource({ resourceArn, tags: ecsTags(tags) });
  },
  async delete({ aws, outputs }) {
    if (outputs.skipDestroy === true) return;
    const ecs = await aws.client("ecs");
    await ecs.deregisterTaskDefinition({ taskDefinition: String(outputs.arn) }).catch(absent);
  },
});

/** ECS has no error of its own for a definition that does not exist. */
function absent(error: Error): undefined {
  if (/unable to describe task definition|does not exist|not found/i.test(error.message)) return undefined;
  throw error;
}
