import type { Check } from "../../jobs/verdict.ts";
import type { WiredValue, WiringTarget } from "../../plan/schema/wiring.ts";
import { listApiKeys } from "../../supabase/calls/list-api-keys.ts";
import type { DrillContext, DrillFindings } from "../drill-context.ts";

/** A variable of the application and what it would receive, in words: never a secret. */
interface WiredVariable {
  readonly name: string;
  /** Absent when the new project has no such value. */
  readonly value?: string;
}

/**
 * Shows which variables of staging would be set to what, and checks that the new project has each of these values.
 * Nothing is set: staging goes on with the project that it has.
 */
export async function showWiring(context: DrillContext): Promise<DrillFindings> {
  const staging = context.project.wiring.filter(({ stage }) => stage === "staging");
  if (staging.length === 0)
    return { checks: [], notChecked: ["wiring of staging: the plan names no target of stage staging"] };
  const values = await valuesOf(context);
  const wiring = staging.map(
    (target): Wiring => ({
      where: describeTarget(target, context),
      variables: Object.entries(target.variables).map(([name, value]): WiredVariable => {
        const shown = values.get(value);
        return { name, ...(shown !== undefined && { value: shown }) };
      }),
    }),
  );
  for (const { where, variables } of wiring)
    for (const { name, value } of variables) context.say(`${where}: ${name} = ${value ?? "(nothing)"}`);
  const isServer = context.stack.target.supabase === undefined;
  const without = wiring.filter(({ variables }) => nameless(variables).length > 0);
  return {
    checks: wiring.filter((one) => !isServer || !without.includes(one)).map(judge),
    notChecked: [
      "wiring of staging: shown, not set",
      // Whoever rehearses on a server has chosen to do without the rest of a project.
      ...(isServer ? without : []).map(
        ({ where, variables }) =>
          `wiring of ${where}: a server has no value for ${nameless(variables).join(", ")}`,
      ),
    ],
    facts: { wiring },
  };
}

interface Wiring {
  readonly where: string;
  readonly variables: readonly WiredVariable[];
}

const nameless = (variables: readonly WiredVariable[]): string[] =>
  variables.filter(({ value }) => value === undefined).map(({ name }) => name);

function judge({ where, variables }: Wiring): Check {
  const without = nameless(variables);
  const name = `wiring of ${where}`;
  return without.length === 0
    ? { name, verdict: "PASS", detail: variables.map(describe).join(", ") }
    : { name, verdict: "FAIL", detail: `the new project has no value for ${without.join(", ")}` };
}

const describe = ({ name, value }: WiredVariable): string => `${name} = ${value}`;

async function valuesOf({ stack, api, signal }: DrillContext): Promise<ReadonlyMap<WiredValue, string>> {
  const { address, supabase } = stack.target;
  const { user, host, port, database } = address;
  const values = new Map<WiredValue, string>([
    ["database-url", `postgresql://${user}:***@${host}:${port}/${database}`],
  ]);
  if (supabase === undefined) return values;
  const { ref, url } = supabase;
  values.set("url", url);
  values.set("platform", "set by Supabase itself");
  // Their values are not asked for: that they are there is enough.
  const keys = await listApiKeys(await api(), ref, {}, signal && { signal });
  const has = (name: string, type: string) => keys.some((key) => key.name === name || key.type === type);
  if (has("anon", "publishable")) values.set("anon-key", `the anon key of ${ref}`);
  if (has("service_role", "secret")) values.set("service-role-key", `the service_role key of ${ref}`);
  return values;
}

/** Of a command only its program: its arguments are the plan's own business. */
function describeTarget(target: WiringTarget, { stack }: DrillContext): string {
  switch (target.kind) {
    case "vercel":
      return `Vercel project ${target.project}`;
    case "edge-secrets":
      return `secrets of the Edge functions of ${target.ref ?? stack.target.supabase?.ref ?? "the new project"}`;
    case "command":
      return `command ${target.command[0]}`;
  }
}
