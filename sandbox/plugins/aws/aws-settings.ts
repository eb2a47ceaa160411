import { z } from "zod";
import type { PropertyMap } from "../../engine/protocol/property-value.ts";
import type { CheckOutcome } from "../plugin-provider.ts";
import { failuresOf } from "./check-properties.ts";

/** What is not text comes as JSON when it was set in the configuration of a stack. */
function json<Schema extends z.ZodType>(schema: Schema) {
  return z.preprocess((value) => {
    if (typeof value !== "string") return value;
    try {
      return JSON.parse(value);
    } catch {
      return value;
    }
  }, schema);
}

const names = json(z.array(z.string())).optional();
const flag = json(z.boolean()).default(false);

const shape = {
  region: z.string().min(1),
  accessKey: z.string().optional(),
  secretKey: z.string().optional(),
  token: z.string().optional(),
  profile: z.string().optional(),
  /** Lists of tables from service to URL; an empty URL stands for AWS itself. */
  endpoints: json(z.array(z.record(z.string(), z.string()))).default([]),
  defaultTags: json(z.strictObject({ tags: z.record(z.string(), z.string()).default({}) })).optional(),
  maxRetries: json(z.number().int().min(0)).optional(),
  allowedAccountIds: names,
  forbiddenAccountIds: names,
  s3UsePathStyle: flag,
  skipCredentialsValidation: flag,
  skipMetadataApiCheck: flag,
  skipRegionValidation: flag,
  skipRequestingAccountId: flag,
};

/** The settings of the provider, named as those of the real one. */
export type AwsSettings = z.infer<z.ZodObject<typeof shape>>;

// The program's SDK fills the region in from the environment, too; a stack without one fails at its first resource.
const schema = z.strictObject({ ...shape, version: z.string().optional() });

/** Names every setting that is wrong, or that is not supported. */
export function checkSettings(news: PropertyMap): CheckOutcome {
  const region = process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION;
  const inputs = news.region === undefined && region ? { ...news, region } : news;
  return { inputs, failures: failuresOf(schema.safeParse(inputs), inputs, "the provider aws") };
}

/** @throws Error that names every setting that is wrong */
export function parseSettings(settings: PropertyMap): AwsSettings {
  const { inputs, failures = [] } = checkSettings(settings);
  if (failures.length > 0)
    throw new Error(failures.map(({ property, reason }) => `aws:${property}: ${reason}`).join("; "));
  return schema.parse(inputs);
}
