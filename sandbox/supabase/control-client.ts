import { setTimeout as sleep } from "node:timers/promises";
import { HoldfastError } from "../../plan/holdfast-error.ts";
import type { ProjectAccess } from "./control-endpoints.ts";
import type { Fault } from "./fault.ts";
import type { AddedProject } from "./simulator.ts";

/** What a sandbox asks of a simulator in another process, beside the Management API. */
export interface ControlClient {
  /** Makes a project under a ref of one's choice and waits until it is `ACTIVE_HEALTHY`. */
  addProject(project: AddedProject): Promise<ProjectAccess>;
  /** Where a project's database and Storage really are; `undefined` when there is no such project. */
  findProject(ref: string): Promise<ProjectAccess | undefined>;
  addFaults(...faults: readonly Fault[]): Promise<void>;
  /** Switches faults off: those of one project, or all. */
  clearFaults(ref?: string): Promise<void>;
  /** How many requests of the Management API ended with each status since the start; `none`: without an answer. */
  countRequests(): Promise<Readonly<Record<string, number>>>;
}

const READY_SECONDS = 120;
const LOOK_MILLISECONDS = 50;

type Ask = (method: string, path: string, body?: unknown) => Promise<Response>;

/** Sends requests to the simulator's own door; what it does not know is an answer, any other refusal an error. */
const asks =
  (endpoint: string, token: string): Ask =>
  async (method, path, body) => {
    const response = await fetch(`${endpoint}/sandbox/${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (response.ok || response.status === 404) return response;
    throw new HoldfastError({
      code: "SANDBOX_REFUSED",
      message: `The simulated Supabase answered ${response.status}: ${await response.text()}`,
      hint: "Stop the sandbox and start it again: npm run sandbox -- down",
    });
  };

/** @param token that of the simulator */
export function createControlClient(endpoint: string, token: string): ControlClient {
  const ask = asks(endpoint, token);
  // Both sides are of one checkout: what comes is what `accessOf` made.
  const access = async (response: Response): Promise<ProjectAccess> =>
    (await response.json()) as ProjectAccess;
  const findProject = async (ref: string): Promise<ProjectAccess | undefined> => {
    const response = await ask("GET", `projects/${ref}`);
    return response.ok ? access(response) : undefined;
  };
  return {
    findProject,
    addProject: async (project) => {
      await ask("POST", "projects", project);
      const deadline = performance.now() + READY_SECONDS * 1000;
      while (performance.now() < deadline) {
        const found = await findProject(project.ref);
        if (found?.status === "ACTIVE_HEALTHY") return found;
        if (found?.lastFailure !== undefined) throw notReady(project.ref, found.lastFailure);
        await sleep(LOOK_MILLISECONDS);
      }
      throw notReady(project.ref, `it was not ready within ${READY_SECONDS} s`);
    },
    addFaults: async (...faults) => {
      await ask("PUT", "faults", faults);
    },
    clearFaults: async (ref) => {
      await ask("DELETE", ref === undefined ? "faults" : `faults?ref=${ref}`);
    },
    countRequests: async () => (await (await ask("GET", "requests")).json()) as Record<string, number>,
  };
}

function notReady(ref: string, reason: string): HoldfastError {
  return new HoldfastError({
    code: "SANDBOX_PROJECT_NOT_READY",
    message: `The simulated project ${ref} did not come up: ${reason}`,
    hint: "Read supabase.log in the sandbox's directory",
  });
}
