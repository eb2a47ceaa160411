import type { DrillStack } from "./stack/drill-stack.ts";

/** How to reach a target that was kept: where its password is, and never the password. */
export function howToReach({ name, target }: DrillStack, expiresAt: Date): string {
  const { host, port, user, database } = target.address;
  const password =
    target.kind === "server"
      ? "password: as in the login that drills.target.connection names"
      : "password: reset it in the dashboard (Settings, Database); it was kept nowhere";
  const ends = `gone by itself with the first drill after ${expiresAt.toISOString()}, or by npm run drill -- --destroy ${name}`;
  return `${user} at ${host}:${port}/${database}; ${password}; ${ends}`;
}
