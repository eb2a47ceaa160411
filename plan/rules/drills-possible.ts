import type { ProjectRule } from "./plan-rule.ts";

/** A drill of something the plan does not have could never pass. */
export const drillsPossible: ProjectRule = ({ drills, pitr }, { vault }) => {
  const findings = [];
  const simulation = drills["pitr-simulation"];
  if (simulation && "schedule" in simulation && !pitr) {
    findings.push({
      path: ["drills", "pitr-simulation"],
      bound: "absent without pitr",
      fix: "add pitr: {windowDays: 7}, or remove the drill",
    });
  }
  if (simulation && "schedule" in simulation && simulation.target?.kind === "server") {
    findings.push({
      path: ["drills", "pitr-simulation", "target", "kind"],
      bound: "supabase: only its projects can be rewound",
      fix: "write kind: supabase, or leave target out",
    });
  }
  const failover = drills["region-failover"];
  if (failover && "schedule" in failover && vault && !vault.replicaRegion) {
    findings.push({
      path: ["drills", "region-failover"],
      bound: "absent without vault.replicaRegion",
      fix: 'add vault.replicaRegion, or write region-failover: {skip: "the reason"}',
    });
  }
  return findings;
};
