import * as pulumi from "@pulumi/pulumi";
import { ProtectedProject } from "./components/supabase/protected-project.ts";
import { parsePlan } from "./plan/parse-plan.ts";

// A plan with an error stops `pulumi preview` here, before anything is declared.
const plan = parsePlan(
  new pulumi.Config("holdfast").requireObject("plan"),
  `holdfast:plan of stack ${pulumi.getStack()}`,
);

const supabaseProjects = plan.projects
  .filter(({ kind, ref }) => kind === "supabase" && ref !== undefined)
  .map((project) => ({ name: project.name, declared: new ProtectedProject(project.name, { project }) }));

/** Facts of the plan that scripts and people ask the stack for; never a secret. */
export const environment = plan.environment;
export const vaultBucket = plan.vault.bucket;
export const projects = plan.projects.map(({ name }) => name);
/** Days that point-in-time recovery of each project reaches back; projects without it are not named. */
export const pitrWindowDays = Object.fromEntries(
  supabaseProjects.flatMap(({ name, declared: { pitr } }) => (pitr ? [[name, pitr.windowDays]] : [])),
);
