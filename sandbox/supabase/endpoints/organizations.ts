import { z } from "zod";
import { type Endpoint, endpoint } from "../endpoint.ts";
import { entitlementsOf } from "../entitlements-of.ts";
import type { Platform } from "../platform.ts";
import type { ProjectRecord } from "../state/project-record.ts";

const pageShape = z.object({
  offset: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(100).default(100),
  search: z.string().optional(),
  sort: z.enum(["name_asc", "name_desc", "created_asc", "created_desc"]).default("name_asc"),
  /** Several are separated by commas. */
  statuses: z.string().optional(),
});

type Page = z.infer<typeof pageShape>;

const DISK_GB = 8;

function listed(platform: Platform, project: ProjectRecord) {
  const status = platform.status(project);
  const common = { region: project.region, status, cloud_provider: "AWS" };
  const compute = project.addons.compute_instance;
  return {
    ...common,
    ref: project.ref,
    name: project.name,
    is_branch: project.branch !== undefined,
    inserted_at: project.createdAt,
    databases: [
      {
        ...common,
        infra_compute_size: compute?.slice("ci_".length) ?? "nano",
        identifier: project.ref,
        type: "PRIMARY",
        disk_volume_size_gb: DISK_GB,
        disk_type: "gp3",
        disk_throughput_mbps: 125,
      },
    ],
  };
}

const ORDERS: Readonly<Record<Page["sort"], (a: ProjectRecord, b: ProjectRecord) => number>> = {
  name_asc: (a, b) => a.name.localeCompare(b.name),
  name_desc: (a, b) => b.name.localeCompare(a.name),
  created_asc: (a, b) => a.id - b.id,
  created_desc: (a, b) => b.id - a.id,
};

function projectsOf(platform: Platform, slug: string, { search, sort, statuses }: Page): ProjectRecord[] {
  const wanted = statuses?.split(",");
  return platform
    .projects()
    .filter(({ organization }) => organization === slug)
    .filter(({ name, ref }) => search === undefined || name.includes(search) || ref.includes(search))
    .filter((project) => wanted === undefined || wanted.includes(platform.status(project)))
    .sort(ORDERS[sort]);
}

/** Organizations: list, plan, entitlements, projects page by page. */
export const organizationEndpoints: readonly Endpoint[] = [
  endpoint({
    method: "GET",
    path: "/v1/organizations",
    handle: (platform) => ({
      status: 200,
      body: platform.store.platform.organizations.map(({ id, slug, name }) => ({ id, slug, name })),
    }),
  }),
  endpoint({
    method: "GET",
    path: "/v1/organizations/{slug}",
    handle: (platform, { parameters }) => {
      const { id, name, plan } = platform.organization(parameters.slug ?? "");
      return {
        status: 200,
        body: { id, name, plan, opt_in_tags: [], allowed_release_channels: ["ga", "preview"] },
      };
    },
  }),
  endpoint({
    method: "GET",
    path: "/v1/organizations/{slug}/entitlements",
    handle: (platform, { parameters }) => ({
      status: 200,
      body: { entitlements: entitlementsOf(platform.organization(parameters.slug ?? "")) },
    }),
  }),
  endpoint({
    method: "GET",
    path: "/v1/organizations/{slug}/projects",
    options: pageShape,
    handle: (platform, { parameters, options }) => {
      const { slug } = platform.organization(parameters.slug ?? "");
      const all = projectsOf(platform, slug, options);
      const { offset, limit } = options;
      const projects = all.slice(offset, offset + limit).map((project) => listed(platform, project));
      return { status: 200, body: { projects, pagination: { count: all.length, limit, offset } } };
    },
  }),
];
