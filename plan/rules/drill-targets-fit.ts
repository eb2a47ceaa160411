import { DRILL_KINDS, type DrillKind } from "../schema/drills.ts";
import type { ProjectRule } from "./plan-rule.ts";

const WHY = "a new Supabase project is not empty, and takes back projects of kind supabase alone";

/** A database of one's own restored into a Supabase project would be refused by the drill, when that is made and paid. */
export const drillTargetsFit: ProjectRule = ({ name, kind: of, drills }, { vault, drillTarget }) => {
  if (of === "supabase") return [];
  const own = DRILL_KINDS.flatMap((kind) => {
    const drill = drills[kind];
    if (drill === undefined || "skip" in drill || drill.target?.kind !== "supabase") return [];
    return [
      {
        path: ["drills", kind, "target", "kind"],
        bound: `server: ${WHY}`,
        fix: "write kind: server with connection, or leave target out and name a server in drills.target",
      },
    ];
  });
  const isByDefault: Record<DrillKind, boolean> = {
    "staging-restore": true,
    "pitr-simulation": false,
    "full-dr": true,
    "region-failover": vault?.replicaRegion !== undefined,
  };
  const relying = DRILL_KINDS.filter((kind) => {
    const drill = drills[kind];
    return drill ? "schedule" in drill && drill.target === undefined : isByDefault[kind];
  });
  if (drillTarget?.kind !== "supabase" || relying.length === 0) return own;
  return [
    ...own,
    {
      path: ["root", "drills", "target", "kind"],
      bound: `server for ${relying.join(", ")} of ${name}: ${WHY}`,
      fix: `write kind: server with connection, or give these drills of ${name} such a target of their own`,
    },
  ];
};
