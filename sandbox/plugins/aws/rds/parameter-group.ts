import type { Parameter, RDS } from "@aws-sdk/client-rds";
import { paginateDescribeDBParameters } from "@aws-sdk/client-rds";
import { z } from "zod";
import { awsResource } from "../aws-resource.ts";
import { asSet } from "../canonical.ts";
import { tagList, tagsOf } from "../tag-list.ts";
import { changeTags } from "./rds-tags.ts";

const Setting = z.strictObject({
  name: z.string(),
  value: z.string(),
  applyMethod: z.enum(["immediate", "pending-reboot"]).default("immediate"),
});
type Setting = z.infer<typeof Setting>;

/** As many parameters as a call takes. */
const BATCH = 20;

/** @see https://www.pulumi.com/registry/packages/aws/api-docs/rds/parametergroup/ */
export const parameterGroup = awsResource({
  type: "aws:rds/parameterGroup:ParameterGroup",
  inputs: {
    name: z.string().optional(),
    family: z.string(),
    description: z.string().default("Managed by Pulumi"),
    parameters: z.array(Setting).optional(),
    skipDestroy: z.boolean().default(false),
  },
  replaces: ["name", "family", "description"],
  unread: ["skipDestroy"],
  canonical: { parameters: asSet },
  unique: ["name"],
  autoName: { longest: 255, lowerCase: true },
  tagged: true,
  absent: ["DBParameterGroupNotFoundFault", "DBParameterGroupNotFound"],
  async create({ aws, inputs, tags, exists }) {
    const rds = await aws.client("rds");
    const { name = "", family, description, parameters = [] } = inputs;
    await rds.createDBParameterGroup({
      ...{ DBParameterGroupName: name, DBParameterGroupFamily: family, Description: description },
      Tags: tagList(tags),
    });
    exists(name);
    await change(rds, name, parameters);
    return name;
  },
  async read({ aws, id }) {
    const rds = await aws.client("rds");
    const { DBParameterGroups = [] } = await rds.describeDBParameterGroups({ DBParameterGroupName: id });
    const [found] = DBParameterGroups;
    if (!found) return undefined;
    const { TagList } = await rds.listTagsForResource({ ResourceName: found.DBParameterGroupArn });
    return {
      name: found.DBParameterGroupName,
      family: found.DBParameterGroupFamily,
      description: found.Description,
      parameters: (await userParameters(rds, id)).map(settingOf),
      arn: found.DBParameterGroupArn,
      tagsAll: tagsOf(TagList),
    };
  },
  async update({ aws, id, inputs, outputs, changed, ...tagging }) {
    const rds = await aws.client("rds");
    if (changed("parameters")) {
      const { parameters = [] } = inputs;
      const gone = (await userParameters(rds, id)).filter(
        ({ ParameterName }) => !parameters.some(({ name }) => name === ParameterName),
      );
      for (let at = 0; at < gone.length; at += BATCH)
        await rds.resetDBParameterGroup({
          DBParameterGroupName: id,
          Parameters: gone.slice(at, at + BATCH).map(({ ParameterName, ApplyMethod }) => ({
            ...{ ParameterName, ApplyMethod: ApplyMethod ?? "immediate" },
          })),
        });
      await change(rds, id, parameters);
    }
    if (changed("tags")) await changeTags(rds, String(outputs.arn), tagging);
  },
  async delete({ aws, id, outputs }) {
    if (outputs.skipDestroy === true) return;
    await (await aws.client("rds")).deleteDBParameterGroup({ DBParameterGroupName: id });
  },
});

async function change(rds: RDS, DBParameterGroupName: string, settings: readonly Setting[]): Promise<void> {
  for (let at = 0; at < settings.length; at += BATCH)
    await rds.modifyDBParameterGroup({
      DBParameterGroupName,
      Parameters: settings.slice(at, at + BATCH).map(({ name, value, applyMethod }) => ({
        ...{ ParameterName: name, ParameterValue: value, ApplyMethod: applyMethod },
      })),
    });
}

/** Those that are not at what the family has by itself. */
async function userParameters(client: RDS, DBParameterGroupName: string): Promise<Parameter[]> {
  const found: Parameter[] = [];
  for await (const page of paginateDescribeDBParameters({ client }, { DBParameterGroupName, Source: "user" }))
    found.push(...(page.Parameters ?? []).filter(({ Source = "user" }) => Source === "user"));
  return found;
}

function settingOf({ ParameterName, ParameterValue, ApplyMethod }: Parameter): Partial<Setting> {
  return { name: ParameterName, value: ParameterValue, applyMethod: ApplyMethod ?? "immediate" } as Setting;
}
