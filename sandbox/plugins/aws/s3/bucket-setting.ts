import type { S3 } from "@aws-sdk/client-s3";
import { z } from "zod";
import { type AwsResource, awsResource } from "../aws-resource.ts";
import type { Canonical } from "../canonical.ts";

/** What a bucket has one of, such as its policy. Its id is the bucket's name. */
export interface BucketSetting<Shape extends z.ZodRawShape, Inputs = z.infer<z.ZodObject<Shape>>> {
  readonly type: string;
  readonly inputs: Shape;
  readonly computed?: readonly (keyof Inputs & string)[];
  readonly unread?: readonly (keyof Inputs & string)[];
  readonly canonical?: Readonly<Partial<Record<keyof Inputs & string, Canonical>>>;
  /** Name of the error by which S3 says that the bucket has none. */
  readonly absent?: string;
  /** Sets it, whether or not there is one. */
  put(s3: S3, bucket: string, inputs: Inputs): Promise<unknown>;
  /** @returns the inputs as S3 has them; undefined: none */
  get(s3: S3, bucket: string): Promise<object | undefined>;
  /** @param outputs as they were last read */
  remove(s3: S3, bucket: string, outputs: Readonly<Record<string, unknown>>): Promise<unknown>;
}

export function bucketSetting<Shape extends z.ZodRawShape>(setting: BucketSetting<Shape>): AwsResource {
  type Inputs = z.infer<z.ZodObject<Shape>>;
  const { type, inputs, absent } = setting;
  return awsResource<z.ZodRawShape>({
    type,
    inputs: { ...inputs, bucket: z.string() },
    replaces: ["bucket"],
    ...(setting.computed ? { computed: setting.computed } : {}),
    ...(setting.unread ? { unread: setting.unread } : {}),
    ...(setting.canonical ? { canonical: setting.canonical } : {}),
    unique: ["bucket"],
    absent: ["NoSuchBucket", ...(absent === undefined ? [] : [absent])],
    async create({ aws, inputs: given }) {
      const bucket = String(given.bucket);
      await setting.put(await aws.client("s3"), bucket, given as Inputs);
      return bucket;
    },
    async read({ aws, id: bucket }) {
      const found = await setting.get(await aws.client("s3"), bucket);
      return found && { ...found, bucket };
    },
    async update({ aws, id: bucket, inputs: given }) {
      await setting.put(await aws.client("s3"), bucket, given as Inputs);
    },
    async delete({ aws, id: bucket, outputs }) {
      await setting.remove(await aws.client("s3"), bucket, outputs);
    },
  });
}
