import type { Finding } from "../plan-problem.ts";
import type { VaultRule } from "./plan-rule.ts";

/** The replica must open when the vault's region, and the keys in it, are out of reach. */
export const replicaOpens: VaultRule = ({ keys, replicaRegion }) => {
  const findings: Finding[] = [];
  if (keys.replicaKms && !replicaRegion) {
    findings.push({
      path: ["keys", "replicaKms"],
      bound: "absent without vault.replicaRegion",
      fix: "add vault.replicaRegion, or remove replicaKms",
    });
  }
  if (keys.replicaKms && keys.replicaKms === keys.kms) {
    findings.push({
      path: ["keys", "replicaKms"],
      bound: "another key than vault.keys.kms",
      fix: "name a key that lives in the replica region",
    });
  }
  const keyRegion = /^arn:aws[a-z-]*:kms:([a-z0-9-]+):/.exec(keys.replicaKms ?? "")?.[1];
  if (replicaRegion && keyRegion && keyRegion !== replicaRegion) {
    findings.push({
      path: ["keys", "replicaKms"],
      bound: `a key in the replica region ${replicaRegion}`,
      fix: "name a key of that region: the replica must open when the other region is down",
    });
  }
  if (replicaRegion && keys.kms && !keys.replicaKms && !keys.escrowPublicKey) {
    findings.push({
      path: ["keys", "replicaKms"],
      bound: "a key that opens the replica when the vault's region is down",
      fix: `add replicaKms: the ARN of a key in ${replicaRegion}, or escrowPublicKey: {file: keys/escrow-public.pem}`,
    });
  }
  return findings;
};
