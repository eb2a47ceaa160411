import { Refusal } from "./answer.ts";
import { newProject, newRef } from "./new-project.ts";
import type { Platform } from "./platform.ts";
import type { ProjectRecord } from "./state/project-record.ts";

export interface ProjectWish {
  /** 20 lower-case letters. @default made at random */
  readonly ref?: string | undefined;
  readonly name: string;
  /** Slug. */
  readonly organization: string;
  /** @default `eu-central-1` */
  readonly region?: string | undefined;
  /** @default `ci_micro`, on the free plan none */
  readonly compute?: string | undefined;
  readonly database: "cluster" | "none";
  /** Of the database's user `postgres`. */
  readonly password: string;
  /** @default that of the platform's timing */
  readonly seconds?: number | undefined;
  readonly branch?: ProjectRecord["branch"];
}

/** Begins a project: it is there at once and comes up as its cluster does. */
export function createProject(platform: Platform, wish: ProjectWish): ProjectRecord {
  const { plan } = platform.organization(wish.organization);
  const ref = wish.ref ?? newRef();
  if (platform.find(ref)) throw new Refusal(400, `Project ${ref} already exists`);
  const project = newProject({
    ref,
    id: platform.store.nextProjectId(),
    name: wish.name,
    organization: wish.organization,
    region: wish.region ?? "eu-central-1",
    compute: plan === "free" ? undefined : (wish.compute ?? "ci_micro"),
    database: wish.database,
    now: platform.clock(),
    branch: wish.branch,
  });
  const seconds = wish.seconds ?? platform.timing.createSeconds;
  platform.tasks.start(project, { kind: "create", seconds, password: wish.password });
  return platform.project(ref);
}
