import type { Finding } from "../plan-problem.ts";
import type { VaultRule } from "./plan-rule.ts";

const AWS_REGION = /^[a-z]{2}(?:-[a-z]+)+-\d$/;

/** Of a bucket whose replica is named `<bucket>-replica`; S3 takes 63 characters. */
const LONGEST_WITH_ENDING = 63 - "-replica".length;

/** A replica protects when it is somewhere else. */
export const replicaApart: VaultRule = ({ bucket, region, replicaBucket, replicaRegion, endpoint }) => {
  const findings: Finding[] = [];
  if (!endpoint) {
    for (const [key, value] of Object.entries({ region, replicaRegion })) {
      if (value !== undefined && !AWS_REGION.test(value)) {
        findings.push({
          path: [key],
          bound: "an AWS region such as eu-central-1, as no endpoint is declared",
          fix: "correct the region, or add vault.endpoint of the S3-compatible store",
        });
      }
    }
  }
  if (replicaRegion === region) {
    findings.push({
      path: ["replicaRegion"],
      bound: `another region than ${region}`,
      fix: "choose a region far away",
    });
  }
  if (replicaBucket !== undefined && replicaRegion === undefined) {
    findings.push({
      path: ["replicaRegion"],
      bound: "the region of the replica bucket",
      fix: "add replicaRegion, or remove replicaBucket",
    });
  }
  if (replicaRegion !== undefined && replicaBucket === undefined && bucket.length > LONGEST_WITH_ENDING) {
    findings.push({
      path: ["replicaBucket"],
      bound: `a name of 63 characters at most, which ${bucket}-replica is not`,
      fix: "add vault.replicaBucket with a shorter name",
    });
  }
  if (replicaBucket === bucket) {
    findings.push({
      path: ["replicaBucket"],
      bound: `another bucket than ${bucket}`,
      fix: "write another name, or remove it",
    });
  }
  return findings;
};
