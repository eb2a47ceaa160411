import * as pulumi from "@pulumi/pulumi";
import { parsePlan } from "./plan/parse-plan.ts";

// A plan with an error stops `pulumi preview` here, before anything is declared.
const plan = parsePlan(
  new pulumi.Config("holdfast").requireObject("plan"),
  `holdfast:plan of stack ${pulumi.getStack()}`,
);

/** Facts of the plan that scripts and people ask the stack for; never a secret. */
export const environment = plan.environment;
export const vaultBucket = plan.vault.bucket;
export const projects = plan.projects.map(({ name }) => name);
