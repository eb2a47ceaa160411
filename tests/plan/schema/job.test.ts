import { testRules } from "../support/plan-fixture.ts";

describe("fields of job and network", () => {
  testRules([
    {
      rule: "a task has memory that Fargate offers",
      accepts: { job: { cpu: 2048, memoryMiB: 4096 } },
      refuses: { job: { cpu: 2048, memoryMiB: 2048 } },
      path: "job.memoryMiB",
      value: "2048",
      bound: /Fargate offers with cpu 2048: 4096, 5120 … 16384/,
      fix: /write 4096, or choose another cpu/,
    },
    {
      rule: "a task has CPU that Fargate offers",
      accepts: { job: { cpu: 4096, memoryMiB: 8192 } },
      refuses: { job: { cpu: 3000 } },
      path: "job.cpu",
      value: "3000",
      bound: /256, 512, 1024/,
      fix: /cpu: 1024/,
    },
    {
      rule: "a job has 1 to 64 workers",
      accepts: { job: { workers: 64 } },
      refuses: { job: { workers: 65 } },
      path: "job.workers",
      value: "65",
      bound: /from 1 to 64/,
      fix: /workers: 2/,
    },
    {
      rule: "1 to 100 backups run at once",
      accepts: { job: { concurrency: 100 } },
      refuses: { job: { concurrency: 0 } },
      path: "job.concurrency",
      value: "0",
      bound: /from 1 to 100/,
      fix: /concurrency: 10/,
    },
    {
      rule: "a VPC comes with its subnets",
      accepts: { network: { vpcId: "vpc-0a1b2c3d", subnetIds: ["subnet-0a1b2c3d"] } },
      refuses: { network: { vpcId: "vpc-0a1b2c3d" } },
      path: "network.subnetIds",
      value: "missing",
      bound: /at least one subnet/,
      fix: /add its subnets, or remove vpcId/,
    },
    {
      rule: "subnets come with their VPC",
      accepts: { network: { egress: "nat" } },
      refuses: { network: { subnetIds: ["subnet-0a1b2c3d"] } },
      path: "network.vpcId",
      value: "missing",
      bound: /the VPC of the subnets/,
      fix: /add vpcId, or remove subnetIds/,
    },
  ]);
});
