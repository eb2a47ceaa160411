import type { Finding } from "../plan-problem.ts";
import type { VaultRule } from "./plan-rule.ts";

const ESCROW = "escrowPublicKey: {file: keys/escrow-public.pem}";

/** Every point must open, and no single deletion may take them all. */
export const keysSufficient: VaultRule = ({ keys, lock, endpoint }) => {
  const findings: Finding[] = [];
  if (!keys.kms && !keys.escrowPublicKey) {
    findings.push({
      path: ["keys"],
      bound: "at least one of kms and escrowPublicKey: points are always encrypted",
      fix: `add kms: alias/holdfast, or ${ESCROW}`,
    });
  }
  if (lock.mode === "none" && !endpoint && keys.kms && !keys.escrowPublicKey) {
    findings.push({
      path: ["lock", "mode"],
      bound:
        "compliance or governance, unless an escrow key exists: without both, one account can delete every copy and its only key",
      fix: `write mode: compliance, or add ${ESCROW}`,
    });
  }
  return findings;
};
