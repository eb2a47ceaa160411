import type { Clock } from "../../plan/clock.ts";
import { Refusal } from "./answer.ts";
import type { ClusterRegistry } from "./cluster-registry.ts";
import type { FaultSwitches } from "./faults.ts";
import { projectStatus, settleProject } from "./project-status.ts";
import type { ProjectTasks } from "./project-tasks.ts";
import type { Organization } from "./state/organization.ts";
import type { ProjectRecord } from "./state/project-record.ts";
import type { StateStore } from "./state/state-store.ts";
import type { Timing } from "./timing.ts";

export interface PlatformParts {
  readonly store: StateStore;
  readonly clock: Clock;
  readonly timing: Timing;
  readonly faults: FaultSwitches;
  readonly clusters: ClusterRegistry;
  readonly newProjectsDatabase: ProjectRecord["database"];
}

/** The simulated platform as its endpoints see it: every project settled to the moment of the question. */
export class Platform {
  readonly store: StateStore;
  readonly clock: Clock;
  readonly timing: Timing;
  readonly faults: FaultSwitches;
  readonly clusters: ClusterRegistry;
  readonly tasks: ProjectTasks;
  /** What a project that comes by the API gets. */
  readonly newProjectsDatabase: ProjectRecord["database"];

  constructor(parts: PlatformParts, tasks: (platform: Platform) => ProjectTasks) {
    this.store = parts.store;
    this.clock = parts.clock;
    this.timing = parts.timing;
    this.faults = parts.faults;
    this.clusters = parts.clusters;
    this.newProjectsDatabase = parts.newProjectsDatabase;
    this.tasks = tasks(this);
  }

  find(ref: string): ProjectRecord | undefined {
    const found = this.store.find(ref);
    if (!found) return undefined;
    const settled = settleProject(found, this.clock());
    if (settled !== found) this.store.save(settled);
    return settled;
  }

  /** @throws Refusal 404. What other endpoints than `GET /v1/projects/{ref}` say of an absent project is UNVERIFIED. */
  project(ref: string): ProjectRecord {
    const found = this.find(ref);
    if (!found) throw new Refusal(404, "Project not found");
    return found;
  }

  /** Oldest first. */
  projects(): readonly ProjectRecord[] {
    return this.store.projects().flatMap(({ ref }) => this.find(ref) ?? []);
  }

  status(project: ProjectRecord): string {
    return projectStatus(project, this.clock());
  }

  /** Saves a change; what is `undefined` in it is removed. */
  update(ref: string, change: Partial<ProjectRecord>): ProjectRecord {
    const changed = { ...this.project(ref), ...change };
    this.store.save(changed);
    return changed;
  }

  /** UNVERIFIED: the answer for an organization that is unknown to the token's user. @throws Refusal 404 */
  organization(slug: string): Organization {
    const found = this.store.platform.organizations.find((one) => one.slug === slug);
    if (!found) throw new Refusal(404, "Organization not found");
    return found;
  }

  organizationOf(project: ProjectRecord): Organization {
    return this.organization(project.organization);
  }
}
