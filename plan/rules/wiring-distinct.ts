import type { WiringTarget } from "../schema/wiring.ts";
import type { ProjectRule } from "./plan-rule.ts";

/** One variable of one place can receive one value. */
export const wiringDistinct: ProjectRule = ({ wiring }) => {
  const seen = new Map<string, number>();
  return wiring.flatMap((target, index) =>
    Object.keys(target.variables).flatMap((variable) => {
      const key = [...place(target), variable].join("\0");
      const first = seen.get(key);
      if (first === undefined) {
        seen.set(key, index);
        return [];
      }
      return [
        {
          path: ["wiring", index, "variables", variable],
          bound: "a variable that is wired once for each place and stage",
          fix: `remove it, wiring[${first}] sets it`,
        },
      ];
    }),
  );
};

function place(target: WiringTarget): string[] {
  if (target.kind === "vercel") return [target.kind, target.stage, target.team ?? "", target.project];
  if (target.kind === "edge-secrets") return [target.kind, target.stage, target.ref ?? ""];
  return [target.kind, target.stage, ...target.command];
}
