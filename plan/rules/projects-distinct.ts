import { valueAt } from "../explain-issue.ts";
import type { Finding } from "../plan-problem.ts";

/** Two projects of one name would share a prefix in the vault; two of one ref would dump the same database. */
export function projectsDistinct(entries: unknown): Finding[] {
  if (!Array.isArray(entries)) return [];
  return (["name", "ref"] as const).flatMap((key) => {
    const values = entries.map((entry) => valueAt(entry, [key]));
    return values.flatMap((value, index) => {
      const first = values.indexOf(value);
      if (value === undefined || first === index) return [];
      return [
        {
          path: ["projects", index, key],
          bound: `a ${key} that no other project has (projects[${first}] has it too)`,
          fix: key === "name" ? "rename one of the two" : "remove one of the two, or correct its ref",
        },
      ];
    });
  });
}
