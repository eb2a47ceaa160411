import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { BackupSchedule } from "../../../../components/supabase/backup-schedule.ts";
import { ComputeAddon } from "../../../../components/supabase/compute-addon.ts";
import { NetworkRestrictions } from "../../../../components/supabase/network-restrictions.ts";
import { PitrAddon } from "../../../../components/supabase/pitr-addon.ts";
import { Project } from "../../../../components/supabase/project.ts";
import { SslEnforcement } from "../../../../components/supabase/ssl-enforcement.ts";
import type { AddedProject } from "../../../../sandbox/supabase/simulator.ts";
import { getBackupSchedule } from "../../../../supabase/calls/get-backup-schedule.ts";
import { getNetworkRestrictions } from "../../../../supabase/calls/get-network-restrictions.ts";
import { getProject } from "../../../../supabase/calls/get-project.ts";
import { getSslEnforcement } from "../../../../supabase/calls/get-ssl-enforcement.ts";
import { listAddons } from "../../../../supabase/calls/list-addons.ts";
import { listBackups } from "../../../../supabase/calls/list-backups.ts";
import { restorePitr } from "../../../../supabase/calls/restore-pitr.ts";
import { setAddon } from "../../../../supabase/calls/set-addon.ts";
import type { ManagedResource } from "./managed-resource.ts";
import type { Simulated } from "./simulated.ts";

/** A resource as it is put through all faults. */
export interface TriedResource {
  readonly name: string;
  readonly project: Partial<AddedProject>;
  /** What is there before, when it is not made but changed. */
  readonly first?: (ref: string) => () => unknown;
  readonly program: (ref: string) => () => unknown;
  /** The request that makes it so. */
  readonly write: { readonly method: string; readonly path: string };
  /** The request that looks at it, and a field that it cannot do without. */
  readonly look: string;
  readonly field: string;
  readonly isRight: (managed: ManagedResource) => Promise<boolean>;
}

const ADDONS = "/v1/projects/{ref}/billing/addons";
const SSL = "/v1/projects/{ref}/ssl-enforcement";
const NETWORK = "/v1/projects/{ref}/network-restrictions";
const SCHEDULE = "/v1/projects/{ref}/database/backups/schedule";
const PROJECT = "/v1/projects/{ref}";

let current: Simulated | undefined;
const world = (): Simulated => current ?? assert.fail("the simulator was not started");
const refOf = ({ saved }: ManagedResource) => String(saved?.outputs.ref);

/** What a trial does to the project itself. */
export const PROJECTS = {
  world,
  use(simulated: Simulated): void {
    current = simulated;
  },
  /** A recovery needs the add-on, and a second of history. */
  async allowRecovery(ref: string): Promise<void> {
    await setAddon(world().api, ref, { type: "pitr", variant: "pitr_7" });
    while ((await listBackups(world().api, ref)).window === undefined) await sleep(300);
  },
  async recover(ref: string): Promise<void> {
    const { window } = await listBackups(world().api, ref);
    assert.ok(window);
    await restorePitr(world().api, ref, { targetSecondsSinceEpoch: window.earliest.getTime() / 1_000 });
  },
  async until(ref: string, status: string): Promise<void> {
    while ((await getProject(world().api, ref)).status !== status) await sleep(200);
  },
};

export const RESOURCES: readonly TriedResource[] = [
  {
    name: "ComputeAddon",
    project: { organization: "holdfast-team" },
    program: (ref) => () => new ComputeAddon("tried", { ref, size: "medium" }),
    write: { method: "PATCH", path: ADDONS },
    look: ADDONS,
    field: "selected_addons",
    isRight: async (managed) => (await listAddons(world().api, refOf(managed))).compute === "ci_medium",
  },
  {
    name: "PitrAddon",
    project: { organization: "holdfast-pro" },
    program: (ref) => () => new PitrAddon("tried", { ref, windowDays: 14 }),
    write: { method: "PATCH", path: ADDONS },
    look: ADDONS,
    field: "available_addons",
    isRight: async (managed) => (await listAddons(world().api, refOf(managed))).pitr?.windowDays === 14,
  },
  {
    name: "BackupSchedule",
    project: { organization: "holdfast-enterprise" },
    program: (ref) => () => new BackupSchedule("tried", { ref, startsAt: "05:15" }),
    write: { method: "PATCH", path: SCHEDULE },
    look: SCHEDULE,
    field: "schedule_for",
    isRight: async (managed) =>
      (await getBackupSchedule(world().api, refOf(managed))).scheduledFor === "05:15:00",
  },
  {
    name: "SslEnforcement",
    project: { organization: "holdfast-pro" },
    program: (ref) => () => new SslEnforcement("tried", { ref, enforced: true }),
    write: { method: "PUT", path: SSL },
    look: SSL,
    field: "currentConfig",
    isRight: async (managed) => (await getSslEnforcement(world().api, refOf(managed))).databaseEnforced,
  },
  {
    name: "NetworkRestrictions",
    project: { organization: "holdfast-pro" },
    program: (ref) => () => new NetworkRestrictions("tried", { ref, allowedCidrs: ["203.0.113.0/24"] }),
    write: { method: "POST", path: `${NETWORK}/apply` },
    look: NETWORK,
    field: "config",
    isRight: async (managed) =>
      (await getNetworkRestrictions(world().api, refOf(managed))).allowedCidrs.join() === "203.0.113.0/24",
  },
  {
    name: "Project",
    project: { organization: "holdfast-pro", name: "before" },
    first: (adoptRef) => () => new Project("tried", { ...ADOPTED, name: "before", adoptRef }),
    program: (adoptRef) => () => new Project("tried", { ...ADOPTED, name: "after", adoptRef }),
    write: { method: "PATCH", path: PROJECT },
    look: PROJECT,
    field: "region",
    isRight: async (managed) => (await getProject(world().api, refOf(managed))).name === "after",
  },
];

const ADOPTED = { organization: "holdfast-pro", region: "eu-central-1" } as const;
