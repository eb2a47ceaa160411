import { randomBytes, randomUUID } from "node:crypto";
import { z } from "zod";
import { Refusal } from "../answer.ts";
import { createProject } from "../create-project.ts";
import { type Endpoint, endpoint } from "../endpoint.ts";
import type { Platform } from "../platform.ts";
import { shownVersion } from "../shown-version.ts";
import type { ProjectRecord } from "../state/project-record.ts";

const branchShape = z.object({
  branch_name: z.string().min(1),
  git_branch: z.string().optional(),
  is_default: z.boolean().optional(),
  persistent: z.boolean().optional(),
  region: z.string().optional(),
  desired_instance_size: z.string().optional(),
  with_data: z.boolean().optional(),
});

interface Branch {
  readonly project: ProjectRecord;
  readonly branch: NonNullable<ProjectRecord["branch"]>;
}

const asBranch = (project: ProjectRecord): Branch[] =>
  project.branch ? [{ project, branch: project.branch }] : [];

function findBranch(platform: Platform, matches: (branch: Branch) => boolean): Branch {
  const found = platform.projects().flatMap(asBranch).find(matches);
  if (!found) throw new Refusal(404, "Branch not found");
  return found;
}

const byIdOrRef = (platform: Platform, idOrRef: string | undefined): Branch =>
  findBranch(platform, ({ project, branch }) => project.ref === idOrRef || branch.id === idOrRef);

function shown(platform: Platform, { project, branch }: Branch) {
  const status = platform.status(project);
  const creating = ["UNKNOWN", "COMING_UP"].includes(status);
  return {
    id: branch.id,
    name: branch.name,
    project_ref: project.ref,
    parent_project_ref: branch.parentRef,
    is_default: false,
    ...(branch.gitBranch === undefined ? {} : { git_branch: branch.gitBranch }),
    persistent: branch.persistent,
    status: creating ? "CREATING_PROJECT" : "FUNCTIONS_DEPLOYED",
    created_at: project.createdAt,
    updated_at: project.statusSince,
    with_data: false,
    preview_project_status: status,
  };
}

/** Branches: projects beside a project, which only these routes show. */
export const branchEndpoints: readonly Endpoint[] = [
  endpoint({
    method: "GET",
    path: "/v1/projects/{ref}/branches",
    handle: (platform, { ref }) => {
      platform.project(ref);
      const branches = platform.projects().flatMap(asBranch);
      const own = branches.filter(({ branch }) => branch.parentRef === ref);
      return { status: 200, body: own.map((branch) => shown(platform, branch)) };
    },
  }),
  endpoint({
    method: "POST",
    path: "/v1/projects/{ref}/branches",
    body: branchShape,
    handle: (platform, { ref, json }) => {
      const parent = platform.project(ref);
      // The answer that was seen, on new projects; that a later one copies the newest backup is UNVERIFIED.
      if (json.with_data === true) throw new Refusal(406, "Failed to fetch latest physical backup");
      const project = createProject(platform, {
        name: json.branch_name,
        organization: parent.organization,
        region: json.region ?? parent.region,
        compute: json.desired_instance_size && `ci_${json.desired_instance_size}`,
        database: parent.database,
        password: randomBytes(16).toString("hex"),
        branch: {
          id: randomUUID(),
          name: json.branch_name,
          parentRef: ref,
          persistent: json.persistent ?? false,
          ...(json.git_branch === undefined ? {} : { gitBranch: json.git_branch }),
        },
      });
      return { status: 201, body: asBranch(project).map((branch) => shown(platform, branch))[0] };
    },
  }),
  endpoint({
    method: "GET",
    path: "/v1/projects/{ref}/branches/{name}",
    handle: (platform, { ref, parameters }) => {
      const named = findBranch(
        platform,
        ({ branch }) => branch.parentRef === ref && branch.name === parameters.name,
      );
      return { status: 200, body: shown(platform, named) };
    },
  }),
  endpoint({
    method: "GET",
    path: "/v1/branches/{branch_id_or_ref}",
    handle: (platform, { parameters }) => {
      const { project } = byIdOrRef(platform, parameters.branch_id_or_ref);
      const cluster = platform.clusters.get(project.ref);
      const { version, engine } = shownVersion(cluster);
      const url = cluster && new URL(cluster.url());
      return {
        status: 200,
        body: {
          ref: project.ref,
          postgres_version: version,
          postgres_engine: engine,
          release_channel: "ga",
          status: platform.status(project),
          db_host: cluster?.host ?? `db.${project.ref}.supabase.co`,
          db_port: cluster?.port ?? 5432,
          ...(url ? { db_user: url.username, db_pass: decodeURIComponent(url.password) } : {}),
          jwt_secret: project.jwtSecret,
        },
      };
    },
  }),
  endpoint({
    method: "DELETE",
    path: "/v1/branches/{branch_id_or_ref}",
    handle: async (platform, { parameters }) => {
      const { project } = byIdOrRef(platform, parameters.branch_id_or_ref);
      if (project.task) throw new Refusal(400, "Project not ready for deletion.");
      platform.store.forget(project.ref);
      await platform.clusters.remove(project.ref);
      return { status: 200, body: { message: "ok" } };
    },
  }),
];
