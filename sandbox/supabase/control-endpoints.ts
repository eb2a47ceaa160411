import { z } from "zod";
import { Refusal } from "./answer.ts";
import { createProject } from "./create-project.ts";
import { type Endpoint, endpoint, type RawRequest } from "./endpoint.ts";
import { faultShape } from "./fault.ts";
import type { Platform } from "./platform.ts";
import type { RequestLog } from "./request-log.ts";
import type { ProjectRecord } from "./state/project-record.ts";
import { type StorageAddress, storageAddress } from "./storage-address.ts";

const projectShape = z.strictObject({
  ref: z.string().regex(/^[a-z]{20}$/),
  name: z.string().min(1).max(256),
  organization: z.string(),
  region: z.string().optional(),
  compute: z.string().optional(),
  database: z.enum(["cluster", "none"]),
  password: z.string().optional(),
  seconds: z.number().nonnegative().optional(),
});

/** What the real platform shows nowhere and a sandbox needs: where the project really is, and its keys. */
export interface ProjectAccess {
  readonly ref: string;
  readonly status: string;
  readonly region: string;
  /** For the database's user `postgres`. */
  readonly databaseUrl?: string;
  /** For its superuser. */
  readonly adminUrl?: string;
  readonly storage: StorageAddress;
  readonly lastFailure?: string;
}

function accessOf(platform: Platform, project: ProjectRecord, { headers }: RawRequest): ProjectAccess {
  const { ref, region, lastFailure } = project;
  const cluster = platform.clusters.get(ref);
  return {
    ref,
    region,
    status: platform.status(project),
    ...(cluster ? { databaseUrl: cluster.url(), adminUrl: cluster.adminUrl() } : {}),
    storage: storageAddress(platform, ref, `http://${headers.host}`),
    ...(lastFailure === undefined ? {} : { lastFailure }),
  };
}

const asList = (value: unknown): unknown => (Array.isArray(value) ? value : [value]);

/** The sandbox's own door, beside the API: faults, projects under a chosen ref, what a project's keys are, requests. */
export const controlEndpoints = (log: RequestLog): readonly Endpoint[] => [
  endpoint({
    method: "GET",
    path: "/sandbox/requests",
    handle: () => ({ status: 200, body: log.counts() }),
  }),
  endpoint({
    method: "GET",
    path: "/sandbox/faults",
    handle: ({ faults }) => ({ status: 200, body: faults.list() }),
  }),
  endpoint({
    method: "PUT",
    path: "/sandbox/faults",
    body: z.preprocess(asList, z.array(faultShape)),
    handle: ({ faults }, { json }) => {
      faults.add(...json);
      return { status: 200, body: faults.list() };
    },
  }),
  endpoint({
    method: "DELETE",
    path: "/sandbox/faults",
    options: z.object({ ref: z.string().optional() }),
    handle: ({ faults }, { options }) => {
      faults.clear(options.ref);
      return { status: 200, body: faults.list() };
    },
  }),
  endpoint({
    method: "POST",
    path: "/sandbox/projects",
    body: projectShape,
    handle: (platform, request) => {
      const { json } = request;
      const { password, seconds, ...wish } = json;
      if (password === undefined && json.database === "cluster")
        throw new Refusal(400, "password: a project with a cluster needs one");
      const project = createProject(platform, { ...wish, password: password ?? "", seconds: seconds ?? 0 });
      return { status: 201, body: accessOf(platform, project, request) };
    },
  }),
  endpoint({
    method: "GET",
    path: "/sandbox/projects/{ref}",
    handle: (platform, request) => ({
      status: 200,
      body: accessOf(platform, platform.project(request.ref), request),
    }),
  }),
];
