import type { StandardUnit } from "@aws-sdk/client-cloudwatch-logs";
import { z } from "zod";
import { awsResource } from "../aws-resource.ts";
import type { Aws } from "../aws-resource-definition.ts";

const inputs = {
  name: z.string().optional(),
  logGroupName: z.string(),
  pattern: z.string(),
  metricTransformation: z.strictObject({
    name: z.string(),
    namespace: z.string(),
    value: z.string(),
    defaultValue: z.string().optional(),
    unit: z.string().default("None"),
    dimensions: z.record(z.string(), z.string()).optional(),
  }),
};

/** @see https://www.pulumi.com/registry/packages/aws/api-docs/cloudwatch/logmetricfilter/ */
export const logMetricFilter = awsResource({
  type: "aws:cloudwatch/logMetricFilter:LogMetricFilter",
  inputs,
  replaces: ["name", "logGroupName"],
  canonical: { pattern: (pattern) => (typeof pattern === "string" ? pattern.trim() : pattern) },
  unique: ["name", "logGroupName"],
  autoName: { longest: 512 },
  absent: ["ResourceNotFoundException"],

  async create({ aws, inputs: given }) {
    await putFilter(aws, given);
    return given.name ?? "";
  },

  async read({ aws, id: name, inputs: given, outputs }) {
    const logs = await aws.client("logs");
    // An import names both: `log group:name`.
    const [group, filterName] = name.includes(":") ? splitOnce(name) : [undefined, name];
    const logGroupName = group ?? given.logGroupName ?? String(outputs.logGroupName);
    const { metricFilters = [] } = await logs.describeMetricFilters({
      logGroupName,
      filterNamePrefix: filterName,
    });
    const found = metricFilters.find((filter) => filter.filterName === filterName);
    const [to] = found?.metricTransformations ?? [];
    if (!found || !to) return undefined;
    return {
      name: filterName,
      logGroupName,
      pattern: found.filterPattern ?? "",
      metricTransformation: {
        name: to.metricName,
        namespace: to.metricNamespace,
        value: to.metricValue,
        defaultValue: to.defaultValue === undefined ? undefined : String(to.defaultValue),
        unit: to.unit ?? "None",
        dimensions: to.dimensions,
      },
    };
  },

  update: ({ aws, inputs: given }) => putFilter(aws, given),

  async delete({ aws, id, inputs: given, outputs }) {
    const logs = await aws.client("logs");
    const logGroupName = given.logGroupName ?? String(outputs.logGroupName);
    await logs.deleteMetricFilter({ logGroupName, filterName: id.includes(":") ? splitOnce(id)[1] : id });
  },
});

async function putFilter(aws: Aws, given: z.infer<z.ZodObject<typeof inputs>>): Promise<void> {
  const { name: filterName, logGroupName, pattern: filterPattern, metricTransformation: to } = given;
  const logs = await aws.client("logs");
  const transformation = {
    metricName: to.name,
    metricNamespace: to.namespace,
    metricValue: to.value,
    unit: to.unit as StandardUnit,
    ...(to.defaultValue === undefined ? {} : { defaultValue: Number(to.defaultValue) }),
    ...(to.dimensions ? { dimensions: to.dimensions } : {}),
  };
  await logs.putMetricFilter({
    filterName,
    logGroupName,
    filterPattern,
    metricTransformations: [transformation],
  });
}

function splitOnce(id: string): [string, string] {
  const at = id.lastIndexOf(":");
  return [id.slice(0, at), id.slice(at + 1)];
}
