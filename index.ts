import * as pulumi from "@pulumi/pulumi";
import { ProtectedEnvironment } from "./components/protected-environment.ts";
import { ProtectedProject } from "./components/supabase/protected-project.ts";
import { HOLDFAST_VERSION } from "./jobs/holdfast-version.ts";
import { declaresVault } from "./plan/declares-vault.ts";
import { parsePlan } from "./plan/parse-plan.ts";

// The SDK takes a stack trace of every promise, and maps each line to sources: a third of a preview. Node strips types in
// place, so the lines are those of the sources already; and the first of them say where.
Reflect.deleteProperty(Error, "prepareStackTrace");
Error.stackTraceLimit = 4;

// A plan with an error stops `pulumi preview` here, before anything is declared.
const settings = new pulumi.Config("holdfast");
const written = settings.requireObject("plan");
const plan = parsePlan(written, `holdfast:plan of stack ${pulumi.getStack()}`);

// With a store outside AWS, vault and jobs are where the operator has them; the stack then keeps Supabase's settings.
const aws = declaresVault(plan.vault)
  ? new ProtectedEnvironment(`holdfast-${plan.environment}`, {
      plan,
      written,
      version: HOLDFAST_VERSION,
      firstBackup: settings.getBoolean("firstBackup") ?? false,
    })
  : undefined;

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
/** Where the image of the jobs is to be pushed; absent where the plan names another image. */
export const imageRepository = aws?.runtime.repositoryUrl;
/** The image that jobs run. */
export const jobImage = aws?.runtime.image;
/** The cluster that tasks run on, and where their logs are. */
export const jobCluster = aws?.runtime.clusterArn;
export const jobLog = aws?.runtime.logGroupName;
/** By severity. */
export const alertTopics = aws?.topics.topicArns;
/** The address that jobs come from, for network restrictions; absent where each has one of its own. */
export const egressAddress = aws?.runtime.network.egressAddress;
