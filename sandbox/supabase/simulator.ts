import { randomBytes, randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { Clock } from "../../plan/clock.ts";
import { ALL_ENDPOINTS } from "./all-endpoints.ts";
import { type ApiHandlerOptions, createApiHandler } from "./api-handler.ts";
import { ClusterRegistry } from "./cluster-registry.ts";
import { controlEndpoints } from "./control-endpoints.ts";
import { createProject } from "./create-project.ts";
import { FaultSwitches } from "./faults.ts";
import { Platform } from "./platform.ts";
import { PlatformTasks } from "./platform-tasks.ts";
import type { ProjectCluster } from "./project-cluster.ts";
import { type LoggedRequest, RequestLog } from "./request-log.ts";
import { sendAnswer } from "./send-answer.ts";
import { DEFAULT_ORGANIZATIONS, type Organization } from "./state/organization.ts";
import { StateStore } from "./state/state-store.ts";
import { type StorageAddress, storageAddress } from "./storage-address.ts";
import { type StorageFaultHook, StorageRegistry, storageRefOf } from "./storage-registry.ts";
import { QUICK_TIMING, type Timing } from "./timing.ts";

export interface SimulatorOptions {
  /** Holds everything; what an earlier simulator left there goes on. Must be open to PostgreSQL's account. */
  readonly directory: string;
  /** Folder of PostgreSQL's `initdb` and `postgres`. */
  readonly binDirectory: string;
  /** @default a free one */
  readonly port?: number;
  /** Clusters live in real time, so a clock that jumps suits projects without one. @default the system's */
  readonly clock?: Clock;
  /** What differs from `QUICK_TIMING`. */
  readonly timing?: Partial<Timing>;
  /** Used when the directory is new. @default one of each plan, `holdfast-free` to `holdfast-enterprise` */
  readonly organizations?: readonly Organization[];
  /** Used when the directory is new. @default made at random */
  readonly token?: string;
  /** Requests for each endpoint and project. @default 120 */
  readonly limitPerMinute?: number;
  /** What a project that is created by the API gets. @default "cluster" */
  readonly newProjectsDatabase?: "cluster" | "none";
}

export interface AddedProject {
  /** 20 lower-case letters. */
  readonly ref: string;
  readonly name: string;
  /** Slug. */
  readonly organization: string;
  /** @default `eu-central-1` */
  readonly region?: string;
  /** A variant, e.g. `ci_small`. @default `ci_micro`, on the free plan none */
  readonly compute?: string;
  /** `none`: no cluster, so no SQL; for thousands of projects. */
  readonly database: "cluster" | "none";
  /** Of the database's user `postgres`. @default made at random */
  readonly password?: string;
}

export interface Simulator {
  readonly endpoint: string;
  readonly token: string;
  readonly faults: FaultSwitches;
  /** Makes a project under a ref of one's choice and waits until it is `ACTIVE_HEALTHY`. */
  addProject(project: AddedProject): Promise<void>;
  cluster(ref: string): ProjectCluster | undefined;
  /** The last 100,000 requests, oldest first. */
  requests(): readonly LoggedRequest[];
  /** How to reach a project's Storage over S3. */
  storage(ref: string): StorageAddress;
  /** What goes wrong with requests to Storage from now on; `undefined`: nothing. */
  setStorageFault(fault: StorageFaultHook | undefined): void;
  /** Stops the server and every cluster; a later start in the same directory goes on. */
  close(): Promise<void>;
}

const newToken = (): string => `sbp_${randomBytes(20).toString("hex")}`;

function openPlatform(options: SimulatorOptions): Platform {
  const store = new StateStore(options.directory, () => ({
    token: options.token ?? newToken(),
    userId: randomUUID(),
    organizations: [...(options.organizations ?? DEFAULT_ORGANIZATIONS)],
    faults: [],
  }));
  const timing = { ...QUICK_TIMING, ...options.timing };
  const { binDirectory, clock = () => new Date(), newProjectsDatabase = "cluster" } = options;
  const faults = new FaultSwitches(store.platform.faults, (switched) => {
    store.platform.faults = [...switched];
    store.savePlatform();
  });
  const clusters = new ClusterRegistry(store, { binDirectory, walShipSeconds: timing.walShipSeconds });
  const parts = { store, clock, timing, faults, clusters, newProjectsDatabase };
  return new Platform(parts, (platform) => new PlatformTasks(platform));
}

const SETTLE_MILLISECONDS = 20;

async function addProject(platform: Platform, project: AddedProject): Promise<void> {
  const { ref, password = randomBytes(16).toString("hex") } = project;
  createProject(platform, { ...project, password, seconds: 0 });
  while (platform.project(ref).task) await sleep(project.database === "none" ? 0 : SETTLE_MILLISECONDS);
  const { status, lastFailure } = platform.project(ref);
  if (status !== "ACTIVE_HEALTHY")
    throw new Error(`project ${ref} did not come up: ${lastFailure ?? status}`);
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve((server.address() as AddressInfo).port));
  });
}

/** Answers one request after the other of each connection, and writes down how each ended. */
function requestListener(options: ApiHandlerOptions, storage: StorageRegistry, log: RequestLog) {
  const { platform } = options;
  const api = createApiHandler(options);
  const control = createApiHandler({ platform, endpoints: controlEndpoints(log), faulty: false });
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const at = platform.clock();
    const url = new URL(request.url ?? "/", "http://127.0.0.1");
    const storageRef = storageRefOf(url.pathname);
    if (storageRef !== undefined) return storage.handle(storageRef, request, response);
    const own = url.pathname.startsWith("/sandbox/");
    const { outcome, headers } = await (own ? control : api)(request, url);
    const status = typeof outcome === "string" ? undefined : outcome.status;
    if (!own) log.add({ method: request.method ?? "", path: url.pathname, status, at });
    if (outcome === "reset") request.socket.resetAndDestroy();
    else if (outcome !== "hang") sendAnswer(response, outcome, headers);
  };
}

/**
 * Starts the simulated platform on a loopback port, in this process: its Management API with the answers that were
 * observed, and a real PostgreSQL cluster behind each project. Everything is on disk before it is answered: after a
 * SIGKILL the next start in the same directory goes on, transitions included.
 */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const platform = openPlatform(options);
  await platform.tasks.resume();
  const log = new RequestLog();
  const { limitPerMinute = 120 } = options;
  const storage = new StorageRegistry(platform);
  const listener = requestListener({ platform, endpoints: ALL_ENDPOINTS, limitPerMinute }, storage, log);
  // A client that goes away in the middle of its request is no one's error.
  const server = createServer((request, response) => {
    listener(request, response).catch(() => request.destroy());
  });
  const port = await listen(server, options.port ?? 0);
  return {
    endpoint: `http://127.0.0.1:${port}`,
    token: platform.store.platform.token,
    faults: platform.faults,
    addProject: (project) => addProject(platform, project),
    cluster: (ref) => platform.clusters.get(ref),
    requests: () => log.entries(),
    storage: (ref) => storageAddress(platform, ref, `http://127.0.0.1:${port}`),
    setStorageFault: (fault) => storage.setFault(fault),
    close: async () => {
      server.close();
      server.closeAllConnections();
      await platform.tasks.close();
      await storage.close();
      await platform.clusters.stopAll();
    },
  };
}
