import type {
  RegisterResourceOutputsRequest,
  RegisterResourceRequest,
  ResourceInvokeRequest,
  SupportsFeatureRequest,
} from "@pulumi/pulumi/proto/resource_pb.js";
import type { DefaultProviders } from "../deployment/default-providers.ts";
import type { Registrar } from "../deployment/registrar.ts";
import { RunStopped } from "../deployment/step-runner.ts";
import { EngineError, unsupported } from "../engine-error.ts";
import { fromStruct, toStruct } from "../plugins/provider-wire.ts";
import { type PropertyMap, UNKNOWN } from "../protocol/property-value.ts";
import { emptyMessages, grpc, resourceMessages } from "../protocol/sdk.ts";
import type { ResourceState } from "../state/resource-state.ts";
import { goalOfRequest } from "./goal-of-request.ts";
import { type Handler, StatusError } from "./serve-grpc.ts";

export interface MonitorOptions {
  readonly registrar: Registrar;
  readonly providers: DefaultProviders;
  readonly dryRun: boolean;
  /** Stops the run. */
  readonly fail: (message: string) => void;
}

/** What an older SDK asks for one by one, and a newer one in one call. */
const FEATURES = ["secrets", "resourceReferences", "aliasSpecs", "deletedWith"];

/** The calls that the program makes about resources. */
export function resourceMonitor(options: MonitorOptions): Readonly<Record<string, Handler>> {
  return {
    supportsFeature: (request: SupportsFeatureRequest) => {
      const reply = new resourceMessages.SupportsFeatureResponse();
      return reply.setHassupport(FEATURES.includes(request.getId()));
    },
    getDeploymentInfo: () => deploymentInfo(),
    registerResource: (request: RegisterResourceRequest) =>
      stopping(options, () => register(options, request)),
    registerResourceOutputs: (request: RegisterResourceOutputsRequest) => {
      options.registrar.registerOutputs(request.getUrn(), fromStruct(request.getOutputs()));
      return new emptyMessages.Empty();
    },
    invoke: (request: ResourceInvokeRequest) => invoke(options, request),
    // What the program no longer has is deleted when it has ended well, so there is nothing to wait for here.
    signalAndWaitForShutdown: () => new emptyMessages.Empty(),
    readResource: () =>
      stopping(options, () => Promise.reject(unsupported("reading a resource by its id (get)"))),
  };
}

function deploymentInfo(): unknown {
  const features = resourceMessages.ResourceMonitorFeature;
  return new resourceMessages.DeploymentInfo().setSupportedfeaturesList([
    features.RESOURCE_MONITOR_FEATURE_SECRETS,
    features.RESOURCE_MONITOR_FEATURE_RESOURCE_REFERENCES,
    features.RESOURCE_MONITOR_FEATURE_ALIAS_SPECS,
    features.RESOURCE_MONITOR_FEATURE_DELETED_WITH,
  ]);
}

/** A run that has stopped answers as the real engine does: the monitor is gone, and the program ends. */
async function stopping<Reply>({ fail }: MonitorOptions, work: () => Promise<Reply>): Promise<Reply> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof RunStopped)) fail((error as Error).message);
    throw new StatusError(grpc.status.UNAVAILABLE, (error as Error).message);
  }
}

async function register(
  { registrar, providers, dryRun }: MonitorOptions,
  request: RegisterResourceRequest,
): Promise<unknown> {
  const goal = goalOfRequest(request);
  const provider = goal.custom ? (goal.provider ?? (await providers.referenceFor(goal))) : undefined;
  const state = await registrar.register(goal, provider);
  const reply = new resourceMessages.RegisterResourceResponse();
  reply.setUrn(state.urn).setId(knownId(state));
  return reply.setObject(toStruct(dryRun ? state.outputs : withoutUnknowns(state.outputs)));
}

function knownId({ id = "" }: ResourceState): string {
  return id === UNKNOWN ? "" : id;
}

/** After an update everything is known; what a provider left unknown is left out. */
function withoutUnknowns(values: PropertyMap): PropertyMap {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== UNKNOWN));
}

async function invoke(options: MonitorOptions, request: ResourceInvokeRequest): Promise<unknown> {
  const token = request.getTok();
  const args = fromStruct(request.getArgs());
  if (token === "pulumi:pulumi:getResource") return getResource(options, args);
  if (token.startsWith("pulumi:pulumi:")) throw unsupported(`the call ${token}`);
  const { result, failures } = await options.providers.invoke(
    token,
    args,
    request.getProvider(),
    request.getVersion(),
  );
  if (failures.length > 0)
    throw new EngineError(
      `${token}: ${failures.map(({ property, reason }) => `${property} ${reason}`.trim()).join("; ")}`,
    );
  return invokeReply(result);
}

function getResource({ registrar }: MonitorOptions, { urn }: PropertyMap): unknown {
  const { id = "", outputs } = registrar.state(String(urn));
  return invokeReply({ urn: String(urn), id, state: outputs });
}

function invokeReply(result: PropertyMap): unknown {
  return new resourceMessages.ResourceInvokeResponse().setReturn(toStruct(result));
}
