import { z } from "zod";
import { COMPUTE_SIZES } from "../addon-catalog.ts";
import { Refusal } from "../answer.ts";
import { createProject } from "../create-project.ts";
import { type Endpoint, endpoint, type RawRequest } from "../endpoint.ts";
import type { Platform } from "../platform.ts";
import { shownVersion } from "../shown-version.ts";
import type { ProjectRecord } from "../state/project-record.ts";

const REGIONS = [
  "us-east-1",
  "us-east-2",
  "us-west-1",
  "us-west-2",
  "ap-east-1",
  "ap-southeast-1",
  "ap-northeast-1",
  "ap-northeast-2",
  "ap-southeast-2",
  "eu-west-1",
  "eu-west-2",
  "eu-west-3",
  "eu-north-1",
  "eu-central-1",
  "eu-central-2",
  "ca-central-1",
  "ap-south-1",
  "sa-east-1",
] as const;

/** The platform chooses by capacity; here one region stands for each group. */
const SMART_GROUPS = { americas: "us-east-1", emea: "eu-central-1", apac: "ap-southeast-1" } as const;

const createShape = z.strictObject({
  name: z.string().max(256),
  db_pass: z.string(),
  organization_slug: z.string().regex(/^[\w-]+$/),
  organization_id: z.string().optional(),
  plan: z.enum(["free", "pro"]).optional(),
  region: z.enum(REGIONS).optional(),
  region_selection: z
    .union([
      z.object({ type: z.literal("specific"), code: z.enum(REGIONS) }),
      z.object({ type: z.literal("smartGroup"), code: z.enum(["americas", "emea", "apac"]) }),
    ])
    .optional(),
  kps_enabled: z.boolean().optional(),
  desired_instance_size: z.enum(["nano", ...COMPUTE_SIZES]).optional(),
  template_url: z.url().optional(),
  release_channel: z.string().optional(),
  postgres_engine: z.enum(["15", "17", "17-oriole"]).optional(),
  high_availability: z.boolean().optional(),
});

type Creation = z.infer<typeof createShape>;

function regionOf({ region, region_selection: selection }: Creation): string | undefined {
  if (selection?.type === "smartGroup") return SMART_GROUPS[selection.code];
  return selection?.code ?? region;
}

const summary = (platform: Platform, project: ProjectRecord) => {
  const organization = platform.organizationOf(project);
  return {
    id: project.ref,
    ref: project.ref,
    organization_id: organization.id,
    organization_slug: organization.slug,
    name: project.name,
    region: project.region,
    created_at: project.createdAt,
    status: platform.status(project),
  };
};

/** The address is the cluster's own: a project's real host would not lead anywhere. */
function detail(platform: Platform, project: ProjectRecord) {
  const cluster = platform.clusters.get(project.ref);
  const { version, engine } = shownVersion(cluster);
  return {
    ...summary(platform, project),
    database: {
      host: cluster?.host ?? `db.${project.ref}.supabase.co`,
      version,
      postgres_engine: engine,
      release_channel: "ga",
    },
  };
}

/** Branches have a project of their own, which only the branch's routes show. */
const isOwn = (project: ProjectRecord): boolean => project.branch === undefined;

function ownProject(platform: Platform, ref: string): ProjectRecord {
  const project = platform.project(ref);
  if (!isOwn(project)) throw new Refusal(404, "Project not found");
  return project;
}

const bodyShape = z.looseObject({ organization_slug: z.string() });

function organizationAsked({ body }: RawRequest): string | undefined {
  try {
    return bodyShape.parse(JSON.parse(body.toString("utf8"))).organization_slug;
  } catch {
    return undefined;
  }
}

const UNSETTLED = ["UNKNOWN", "COMING_UP", "RESIZING", "RESTORING", "RESTARTING", "UPGRADING"];

/** @throws Refusal 400; which statuses stand in the way beside creation and pausing is UNVERIFIED */
function checkDeletable(status: string): void {
  if (status === "PAUSING") throw new Refusal(400, "Project is pausing and is not ready for deletion");
  if (UNSETTLED.includes(status)) throw new Refusal(400, "Project not ready for deletion.");
}

/** Projects: create, list, show, rename, delete. */
export const projectEndpoints: readonly Endpoint[] = [
  endpoint({
    method: "POST",
    path: "/v1/projects",
    limitSubject: organizationAsked,
    body: createShape,
    handle: (platform, { json }) => {
      const organization = platform.organization(json.organization_slug);
      // Which of the two wins on the platform is UNVERIFIED; a caller that gives both has made a mistake.
      if (json.region !== undefined && json.region_selection !== undefined)
        throw new Refusal(400, "Only one of region and region_selection can be given");
      if (organization.plan !== "free" && json.desired_instance_size === "nano")
        throw new Refusal(400, "Minimum instance size on paid plans is Micro");
      const project = createProject(platform, {
        name: json.name,
        organization: organization.slug,
        region: regionOf(json),
        compute: json.desired_instance_size && `ci_${json.desired_instance_size}`,
        database: platform.newProjectsDatabase,
        password: json.db_pass,
      });
      return { status: 201, body: summary(platform, project) };
    },
  }),
  endpoint({
    method: "GET",
    path: "/v1/projects",
    handle: (platform) => ({
      status: 200,
      body: platform
        .projects()
        .filter(isOwn)
        .map((project) => detail(platform, project)),
    }),
  }),
  endpoint({
    method: "GET",
    path: "/v1/projects/{ref}",
    handle: (platform, { ref }) => ({ status: 200, body: detail(platform, ownProject(platform, ref)) }),
  }),
  endpoint({
    method: "PATCH",
    path: "/v1/projects/{ref}",
    body: z.object({ name: z.string().min(1).max(256) }),
    handle: (platform, { ref, json }) => {
      ownProject(platform, ref);
      const { id, name } = platform.update(ref, { name: json.name });
      return { status: 200, body: { id, ref, name } };
    },
  }),
  endpoint({
    method: "DELETE",
    path: "/v1/projects/{ref}",
    handle: async (platform, { ref }) => {
      const { id, name, organization } = ownProject(platform, ref);
      checkDeletable(platform.status(platform.project(ref)));
      // Backups go too, for good. @see https://supabase.com/docs/guides/platform/backups
      platform.store.forget(ref);
      await platform.clusters.remove(ref);
      return { status: 200, body: { id, ref, name, slug: organization } };
    },
  }),
];
