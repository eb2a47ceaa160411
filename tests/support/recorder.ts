import * as pulumi from "@pulumi/pulumi";
import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb.js";
import type { MockCallArgs, MockMonitor, MockResourceArgs } from "@pulumi/pulumi/runtime/mocks.js";

/** One registration as the engine gets it. */
export interface RecordedResource {
  readonly type: string;
  readonly name: string;
  readonly custom: boolean;
  /** Name of the parent; absent for one at the top. */
  readonly parent?: string;
  /** Names of what it depends on. */
  readonly dependsOn: readonly string[];
  readonly protect: boolean;
  readonly retainOnDelete: boolean;
  readonly ignoreChanges: readonly string[];
  readonly deleteBeforeReplace: boolean;
  /** Name of the resource that this one vanishes with. */
  readonly deletedWith?: string;
  /** The reference of an explicit provider, for every kind; empty for the default one. */
  readonly provider: string;
  readonly customTimeouts: Readonly<Record<string, string>>;
  /** How many other names it may have had. */
  readonly aliases: number;
  readonly additionalSecretOutputs: readonly string[];
  /** Secrets unwrapped; without the text of the provider. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Names of the inputs that are marked as secret. */
  readonly secretInputs: readonly string[];
  /** Inputs on the wire, the text of the provider among them. */
  readonly wire: Readonly<Record<string, unknown>>;
}

export interface RecordOptions {
  /** @default false */
  readonly preview?: boolean;
  /** What a resource's outputs are besides its inputs. */
  readonly outputs?: (resource: MockResourceArgs) => Record<string, unknown>;
  /** The id that a resource gets. @default its name and -id */
  readonly idOf?: (resource: MockResourceArgs) => string;
  /** What a function of a provider answers. @default nothing */
  readonly call?: (call: MockCallArgs) => Record<string, unknown>;
  /** Configuration of the stack: `holdfast:plan` and its text. @default none */
  readonly config?: Readonly<Record<string, string>>;
}

/** How the wire marks a value that is secret, or of another special kind. */
const SIGNATURE = "4dabf18193072939515e22adb298388d";

const nameOf = (urn: string) => urn.split("::").at(-1) ?? urn;

function describe(request: RegisterResourceRequest): RecordedResource {
  // The generated code types it as unknown JSON.
  const wire = (request.getObject()?.toJavaScript() ?? {}) as Record<string, unknown>;
  const own = Object.entries(wire).filter(([name]) => name !== "__provider");
  return {
    type: request.getType(),
    name: request.getName(),
    custom: request.getCustom(),
    ...(request.getParent() && { parent: nameOf(request.getParent()) }),
    dependsOn: request.getDependenciesList().map(nameOf).sort(),
    protect: request.getProtect() ?? false,
    retainOnDelete: request.getRetainondelete() ?? false,
    ignoreChanges: request.getIgnorechangesList(),
    deleteBeforeReplace: request.getDeletebeforereplace(),
    ...(request.getDeletedwith() && { deletedWith: nameOf(request.getDeletedwith()) }),
    provider: request.getProvider(),
    customTimeouts: timeoutsOf(request),
    aliases: request.getAliasesList().length,
    additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
    inputs: Object.fromEntries(own.map(([name, value]) => [name, unwrapped(value)])),
    secretInputs: own.filter(([, value]) => isMarked(value)).map(([name]) => name),
    wire,
  };
}

function timeoutsOf(request: RegisterResourceRequest): Record<string, string> {
  const { create, update, pb_delete } = request.getCustomtimeouts()?.toObject() ?? {};
  return { ...(create && { create }), ...(update && { update }), ...(pb_delete && { delete: pb_delete }) };
}

function isMarked(value: unknown): value is { value: unknown } {
  return value !== null && typeof value === "object" && SIGNATURE in value;
}

const unwrapped = (value: unknown): unknown => (isMarked(value) ? value.value : value);

/**
 * Runs a program against the SDK without an engine and tells what it registered. Nothing is created: it proves what
 * is asked of the engine, not what the engine makes of it.
 */
export function record(
  program: () => unknown,
  options: RecordOptions = {},
): Promise<readonly RecordedResource[]> {
  const recording = last.then(() => recordAlone(program, options));
  last = recording.catch(() => undefined);
  return recording;
}

/** The SDK has one monitor at a time: recordings wait for each other. */
let last: Promise<unknown> = Promise.resolve();

async function recordAlone(
  program: () => unknown,
  options: RecordOptions,
): Promise<readonly RecordedResource[]> {
  const { preview = false, outputs = () => ({}), call = () => ({}), config = {} } = options;
  const idOf = options.idOf ?? (({ name }: MockResourceArgs) => `${name}-id`);
  const mocks: pulumi.runtime.Mocks = {
    call,
    newResource: (resource) => ({
      id: preview ? undefined : idOf(resource),
      state: { ...resource.inputs, ...outputs(resource) },
    }),
  };
  await pulumi.runtime.setMocks(mocks, "holdfast", "test", preview);
  pulumi.runtime.setAllConfig({ ...config }, []);
  const recorded: RecordedResource[] = [];
  // The mocks forget protect, parents and dependencies: each registration is written down on its way to them.
  const monitor = pulumi.runtime.getMonitor() as unknown as MockMonitor;
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request: RegisterResourceRequest, callback) => {
    if (request.getType() !== "pulumi:pulumi:Stack") recorded.push(describe(request));
    return register(request, callback);
  };
  await program();
  // Waits for every registration, those of later ticks too.
  await pulumi.runtime.disconnect();
  return recorded;
}
