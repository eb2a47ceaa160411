import { z } from "zod";
import { field } from "./field.ts";
import { refuse } from "./refuse.ts";
import { duration, text, uniqueList, wholeNumber } from "./texts.ts";

const GIB = 1_024;
const range = (from: number, to: number, step: number) =>
  Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, index) => from + index * step);

/** Memory in MiB that Fargate offers for each number of CPU units.
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-cpu-memory-error.html */
export const FARGATE_MEMORY: ReadonlyMap<number, readonly number[]> = new Map([
  [256, [512, GIB, 2 * GIB]],
  [512, range(GIB, 4 * GIB, GIB)],
  [1_024, range(2 * GIB, 8 * GIB, GIB)],
  [2_048, range(4 * GIB, 16 * GIB, GIB)],
  [4_096, range(8 * GIB, 30 * GIB, GIB)],
  [8_192, range(16 * GIB, 60 * GIB, 4 * GIB)],
  [16_384, range(32 * GIB, 120 * GIB, 8 * GIB)],
]);

/** The container that dumps and restores. */
export const Job = z
  .strictObject({
    workers: wholeNumber({ text: "tables or parts dumped at once", example: "2", min: 1, max: 64 }).default(
      2,
    ),
    cpu: field(z.literal([...FARGATE_MEMORY.keys()]), {
      text: "CPU units of the task; 1024 are one CPU",
      range: [...FARGATE_MEMORY.keys()].join(", "),
      example: "1024",
    }).default(1_024),
    memoryMiB: wholeNumber({
      text: "memory of the task in MiB",
      example: "2048",
      min: 512,
      max: 122_880,
    }).default(2_048),
    concurrency: wholeNumber({
      text: "backups of all projects that run at once; each by its own schedule, and as many as are due, when absent",
      example: "10",
      min: 1,
      max: 100,
    }).optional(),
    timeout: duration({
      text: "after which a job counts as hung",
      example: "6h",
      min: "5m",
      max: "7d",
    }).prefault("6h"),
    image: text({
      text: "the container image; the stack's own when absent",
      example: "ghcr.io/acme/holdfast:1.0.0",
      range: "an image with its tag or digest",
      form: /^[\w./-]+(?::\d+\/[\w./-]+)?(?::[\w.-]+|@sha256:[0-9a-f]{64})$/,
    }).optional(),
  })
  .superRefine((job, context) => {
    const offered = FARGATE_MEMORY.get(job.cpu) ?? [];
    if (!offered.includes(job.memoryMiB)) {
      refuse(context, {
        path: ["memoryMiB"],
        bound: `one of the sizes that Fargate offers with cpu ${job.cpu}: ${summary(offered)}`,
        fix: `write ${offered.find((size) => size >= job.memoryMiB) ?? offered.at(-1)}, or choose another cpu`,
      });
    }
  })
  .transform(({ timeout, ...rest }) => ({ ...rest, timeoutSeconds: timeout }));
export type Job = z.output<typeof Job>;

const summary = (sizes: readonly number[]) =>
  sizes.length <= 4 ? sizes.join(", ") : `${sizes[0]}, ${sizes[1]} … ${sizes.at(-1)}`;

/** Where the job runs. */
export const Network = z
  .strictObject({
    vpcId: text({
      text: "a VPC that exists; the stack makes one when absent",
      example: "vpc-0a1b2c3d",
      range: "the id of a VPC",
      form: /^vpc-[0-9a-f]{8,17}$/,
    }).optional(),
    subnetIds: uniqueList(
      text({
        text: "a subnet",
        example: "subnet-0a1b2c3d",
        range: "the id of a subnet",
        form: /^subnet-[0-9a-f]{8,17}$/,
      }),
      {
        text: "subnets of that VPC, in two zones or more",
        example: "[subnet-0a1b2c3d, subnet-0a1b2c3e]",
        of: "subnet ids",
      },
    ).default([]),
    egress: field(z.enum(["public-ip", "nat"]), {
      text: "how the task reaches the database: by its own public address (no inbound rule) or through a NAT gateway",
      range: "public-ip or nat",
      example: "public-ip",
    }).default("public-ip"),
  })
  .superRefine((network, context) => {
    if (network.vpcId !== undefined && network.subnetIds.length === 0) {
      refuse(context, {
        path: ["subnetIds"],
        bound: "at least one subnet of the VPC",
        fix: "add its subnets, or remove vpcId",
      });
    }
    if (network.vpcId === undefined && network.subnetIds.length > 0) {
      refuse(context, {
        path: ["vpcId"],
        bound: "the VPC of the subnets",
        fix: "add vpcId, or remove subnetIds",
      });
    }
  });
export type Network = z.output<typeof Network>;
