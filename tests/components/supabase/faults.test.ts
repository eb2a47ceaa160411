import assert from "node:assert/strict";
import type { Fault } from "../../../sandbox/supabase/fault.ts";
import { ManagedResource, type Operation } from "./support/managed-resource.ts";
import { refusal } from "./support/refusals.ts";
import { type Simulated, simulated } from "./support/simulated.ts";
import { PROJECTS, RESOURCES, type TriedResource } from "./support/tried-resources.ts";

/** One resource under one fault. */
interface Trial {
  readonly resource: TriedResource;
  readonly ref: string;
  readonly managed: ManagedResource;
  readonly add: (fault: Fault) => void;
  readonly up: () => Promise<Operation>;
  /** What was changed since the trial began. */
  readonly changes: () => string[];
}

/** What a fault is, and what must come of it. */
type Try = (trial: Trial) => Promise<void>;

const rides =
  (fault: (resource: TriedResource, ref: string) => Fault): Try =>
  async ({ resource, ref, add, up, managed }) => {
    add(fault(resource, ref));
    await up();
    assert.deepEqual(left(ref), [], "the fault was met");
    assert.equal(await resource.isRight(managed), true);
    assert.deepEqual(managed.known().initErrors, []);
    assert.equal(await up(), "same");
  };

const refuses =
  (
    fault: (resource: TriedResource, ref: string) => Fault,
    code: string,
    text: (resource: TriedResource) => RegExp,
  ): Try =>
  async ({ resource, ref, add, up, managed, changes }) => {
    const { saved } = managed;
    add(fault(resource, ref));
    assert.match(await refusal(up, code), text(resource));
    assert.deepEqual(managed.saved, saved, "the state is as it was");
    assert.deepEqual(changes(), [], "nothing was changed");
    // The fault is over: the next run does what this one could not.
    await up();
    assert.equal(await resource.isRight(managed), true);
  };

/** Faults of requests that are still to come. */
const left = (ref: string) =>
  PROJECTS.world()
    .supabase.faults.list()
    .filter((fault) => "match" in fault && fault.match?.ref === ref);

const onWrite = ({ write }: TriedResource, ref: string) => ({ match: { ...write, ref }, times: 1 });
const onLook = ({ look }: TriedResource, ref: string) => ({
  match: { method: "GET", path: look, ref },
  times: 1,
});
const onProject = (ref: string) => ({ match: { method: "GET", path: "/v1/projects/{ref}", ref }, times: 1 });

const FAULTS: Readonly<Record<string, Try>> = {
  "a throttled write": rides((resource, ref) => ({
    kind: "throttle",
    retryAfterSeconds: 0,
    ...onWrite(resource, ref),
  })),
  "a page of HTML for an answer": rides((resource, ref) => ({ kind: "html", ...onLook(resource, ref) })),
  "a server error": rides((resource, ref) => ({
    kind: "status",
    status: 503,
    body: {},
    ...onLook(resource, ref),
  })),
  "an empty answer to a read": rides((resource, ref) => ({ kind: "empty", ...onLook(resource, ref) })),
  "a slow answer": rides((_, ref) => ({ kind: "slow", seconds: 1, ...onProject(ref) })),
  "a request that is not answered until somebody in between gives up": rides((_, ref) => ({
    kind: "hang",
    seconds: 1,
    ...onProject(ref),
  })),
  "a connection that is reset before the effect": rides((resource, ref) => ({
    kind: "reset",
    ...onWrite(resource, ref),
  })),
  "an answer that is lost after the effect": rides((resource, ref) => ({
    kind: "lost-answer",
    ...onWrite(resource, ref),
  })),
  "a database that takes no statement for a while": rides((_, ref) => ({
    kind: "healthy-but-not-ready",
    seconds: 0.5,
    ref,
  })),
  "a fault of recoveries that nobody asks for": rides((_, ref) => ({ kind: "restored-wrong", ref })),
  "targets that are refused, which it has none of": rides((_, ref) => ({ kind: "target-refused", ref })),
  "an expired token": refuses(
    (_, ref) => ({ kind: "token-expired", ...onProject(ref) }),
    "SUPABASE_TOKEN_REFUSED",
    () => /GET \/v1\/projects\/\{ref\}/,
  ),
  "an answer of another form": refuses(
    (resource, ref) => ({
      kind: "wrong-schema",
      patch: { [resource.field]: null },
      ...onLook(resource, ref),
    }),
    "SUPABASE_REPLY_UNEXPECTED",
    ({ look, field }) => new RegExp(`GET ${look.replace(/[{}]/g, "\\$&")}.*${field}`),
  ),
  "a recovery that failed": async ({ ref, add, up, managed, changes }) => {
    await PROJECTS.allowRecovery(ref);
    add({ kind: "restore-failed", ref, times: 1 });
    await PROJECTS.recover(ref);
    await PROJECTS.until(ref, "RESTORE_FAILED");
    const before = changes();
    assert.match(await refusal(up, "PROJECT_FAILED"), /RESTORE_FAILED/);
    assert.deepEqual(changes(), before);
    assert.equal(managed.saved?.initErrors.length ?? 0, 0);
  },
  "a recovery that is under way": async ({ resource, ref, add, up, managed }) => {
    await PROJECTS.allowRecovery(ref);
    add({ kind: "stuck-restoring", ref });
    await PROJECTS.recover(ref);
    await PROJECTS.until(ref, "RESTORING");
    const going = up();
    setTimeout(() => PROJECTS.world().supabase.faults.clear(ref), 500);
    await going;
    assert.equal(await resource.isRight(managed), true);
  },
};

describe("dynamic resources under faults", () => {
  let world: Simulated;
  const trials = new Map<string, Promise<void>>();

  // All at once, each on a project of its own: most of the time is waiting.
  before(async () => {
    world = await simulated();
    PROJECTS.use(world);
    for (const resource of RESOURCES) {
      for (const [fault, run] of Object.entries(FAULTS)) {
        const trial = start(world, resource).then(run);
        trial.catch(() => undefined);
        trials.set(`${resource.name} ${fault}`, trial);
      }
    }
  });
  after(async () => {
    await Promise.allSettled(trials.values());
    await world.provider.close();
  });

  for (const resource of RESOURCES) {
    describe(resource.name, () => {
      for (const fault of Object.keys(FAULTS)) it(fault, () => trials.get(`${resource.name} ${fault}`));
    });
  }

  it("leaves the token in no state and no output, whatever happens", async () => {
    await Promise.allSettled(trials.values());
    const { token } = world.supabase;
    assert.equal(states.length, trials.size);
    for (const { saved } of states) assert.ok(!JSON.stringify(saved ?? {}).includes(token));
    assert.ok(world.provider.printed().includes("SUPABASE_TOKEN_REFUSED") || world.provider.printed() === "");
    assert.ok(!world.provider.printed().includes(token));
  });
});

/** Of all trials. */
const states: ManagedResource[] = [];

async function start(world: Simulated, resource: TriedResource): Promise<Trial> {
  const ref = await world.supabase.add({ compute: "ci_small", ...resource.project });
  const managed = new ManagedResource(world.provider);
  states.push(managed);
  if (resource.first) await managed.up(resource.first(ref));
  const before = world.changes(ref).length;
  return {
    resource,
    ref,
    managed,
    add: (fault) => world.supabase.faults.add(fault),
    up: () => managed.up(resource.program(ref)),
    changes: () => world.changes(ref).slice(before),
  };
}
