import { z } from "zod";
import type { ManagementApi, RequestOptions } from "../management-api.ts";
import { instant } from "./replies/instant.ts";
import { present } from "./replies/present.ts";

export interface ListedProject {
  readonly ref: string;
  readonly name: string;
  readonly region: string;
  /** See `PROJECT_STATUSES`. */
  readonly status: string;
  /** Whether it is a branch of another. */
  readonly isBranch: boolean;
  readonly createdAt: Date;
  /** The primary database's compute size, such as `small`. */
  readonly computeSize?: string;
  /** Of the primary database, in GB as Supabase counts them. */
  readonly diskGigabytes?: number;
}

const Database = z.object({
  type: z.string(),
  infra_compute_size: z.string().nullish(),
  disk_volume_size_gb: z.number().nullish(),
});

const Project = z
  .object({
    ref: z.string(),
    name: z.string(),
    region: z.string(),
    status: z.string(),
    is_branch: z.boolean(),
    inserted_at: instant,
    databases: z.array(Database),
  })
  .transform(({ is_branch, inserted_at, databases, ...project }): ListedProject => {
    const primary = databases.find(({ type }) => type === "PRIMARY");
    return present({
      ...project,
      isBranch: is_branch,
      createdAt: inserted_at,
      computeSize: primary?.infra_compute_size,
      diskGigabytes: primary?.disk_volume_size_gb,
    });
  });

const Reply = z.object({ projects: z.array(Project), pagination: z.object({ count: z.number() }) });

/** The most that Supabase gives at once. */
const PAGE = 100;

/**
 * All projects of an organization, oldest first, a page at a time.
 *
 * Each page begins with a project of the one before. Where it does not, earlier ones were deleted meanwhile and later
 * ones moved up: the list is read again from further back, so that none is missed; and none is given twice.
 * @see https://supabase.com/docs/reference/api/v1-get-all-projects-for-organization
 */
export async function* listProjects(
  api: ManagementApi,
  slug: string,
  options?: RequestOptions,
): AsyncGenerator<ListedProject> {
  const given = new Set<string>();
  for (let offset = 0; ; ) {
    const { projects, pagination } = await readPage(api, slug, offset, options);
    const [first] = projects;
    if (offset > 0 && !(first && given.has(first.ref))) {
      offset = Math.max(0, offset - PAGE);
      continue;
    }
    for (const project of projects) {
      if (given.has(project.ref)) continue;
      given.add(project.ref);
      yield project;
    }
    // A page may be shorter than was asked for, and more may follow it; one that leads no further ends the list.
    if (projects.length < 2 || offset + projects.length >= pagination.count) return;
    offset += projects.length - 1;
  }
}

function readPage(
  api: ManagementApi,
  slug: string,
  offset: number,
  options?: RequestOptions,
): Promise<z.output<typeof Reply>> {
  return api.request(
    {
      method: "GET",
      path: "/v1/organizations/{slug}/projects",
      parameters: { slug },
      query: { offset, limit: PAGE, sort: "created_asc" },
      status: 200,
      reply: Reply,
    },
    options,
  );
}
