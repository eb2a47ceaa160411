import { EngineError, unsupported } from "../engine-error.ts";
import { ENGINE_VERSION } from "../engine-version.ts";
import {
  hasSignature,
  isMap,
  mapValues,
  type PropertyMap,
  type PropertyValue,
  SECRET_SIGNATURE,
  SIGNATURE_KEY,
} from "../protocol/property-value.ts";
import type { Deployment, PendingOperation, ResourceState } from "./resource-state.ts";

/** What hides secrets in a stored deployment: encryption in the state, nothing in `stack export --show-secrets`. */
export interface SecretCodec {
  hide(secret: PropertyMap): PropertyMap;
  reveal(stored: PropertyMap): PropertyMap;
  /** `secrets_providers` of the deployment. */
  readonly providers: PropertyMap;
}

/** A deployment as JSON, version 3. */
export type StoredDeployment = { readonly [key: string]: PropertyValue };

/** The deployment in Pulumi's own format, version 3, which `pulumi stack import` takes. */
export function writeDeployment(
  { resources, pendingOperations }: Deployment,
  codec: SecretCodec,
): StoredDeployment {
  return {
    manifest: { time: new Date().toISOString(), magic: "", version: `v${ENGINE_VERSION}` },
    secrets_providers: codec.providers,
    ...(resources.length === 0 ? {} : { resources: resources.map((state) => writeResource(state, codec)) }),
    ...(pendingOperations.length === 0
      ? {}
      : {
          pending_operations: pendingOperations.map(({ resource, type }) => ({
            resource: writeResource(resource, codec),
            type,
          })),
        }),
    metadata: {},
  };
}

function writeResource(state: ResourceState, codec: SecretCodec): PropertyMap {
  const { inputs, outputs, ...rest } = state;
  const stored: Record<string, PropertyValue> = {};
  for (const [key, value] of Object.entries(rest))
    if (!isOmitted(key, value)) stored[key] = value as PropertyValue;
  if (Object.keys(inputs).length > 0) stored.inputs = hideSecrets(inputs, codec);
  if (Object.keys(outputs).length > 0) stored.outputs = hideSecrets(outputs, codec);
  return stored;
}

/** `custom` is always written; anything else only where it says something. */
function isOmitted(key: string, value: unknown): boolean {
  if (value === undefined || (value === false && key !== "custom")) return true;
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}

function hideSecrets(value: PropertyValue, codec: SecretCodec): PropertyValue {
  return mapValues(value, (element) =>
    hasSignature(element, SECRET_SIGNATURE) ? codec.hide(element) : undefined,
  );
}

/**
 * Reads a stored deployment.
 * @param source named in errors
 * @throws EngineError when it is no deployment of version 3, holds secrets of another key, or features unknown here
 */
export function readDeployment(stored: StoredDeployment, codec: SecretCodec, source: string): Deployment {
  const list = (value: PropertyValue | undefined, name: string): readonly PropertyMap[] => {
    if (value === undefined || value === null) return [];
    if (!Array.isArray(value) || !value.every(isMap))
      throw new EngineError(`${source} is damaged: ${name} is not a list of objects`);
    return value;
  };
  const resources = list(stored.resources, "resources").map((entry) => readResource(entry, codec, source));
  const pendingOperations = list(stored.pending_operations, "pending_operations").map(
    (entry): PendingOperation => {
      if (!isMap(entry.resource))
        throw new EngineError(`${source} is damaged: a pending operation has no resource`);
      return {
        resource: readResource(entry.resource, codec, source),
        type: entry.type as PendingOperation["type"],
      };
    },
  );
  return { resources, pendingOperations };
}

/** Not kept by this engine, and of no effect on what it does. */
const IGNORED = new Set(["sourcePosition", "stackTrace", "importID", "hideDiff", "refreshBeforeUpdate"]);
const KNOWN = new Set([
  ...[
    "urn",
    "type",
    "custom",
    "id",
    "inputs",
    "outputs",
    "parent",
    "protect",
    "retainOnDelete",
    "dependencies",
  ],
  ...["propertyDependencies", "provider", "initErrors", "additionalSecretOutputs", "aliases", "deletedWith"],
  ...[
    "delete",
    "pendingReplacement",
    "ignoreChanges",
    "replaceOnChanges",
    "customTimeouts",
    "created",
    "modified",
  ],
]);

function readResource(stored: PropertyMap, codec: SecretCodec, source: string): ResourceState {
  const { urn, type } = stored;
  if (typeof urn !== "string" || typeof type !== "string")
    throw new EngineError(`${source} is damaged: a resource has no urn or no type`);
  const state: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(stored)) {
    if (value === null) continue;
    if (KNOWN.has(key)) state[key] = value;
    else if (!IGNORED.has(key) && !isOmitted(key, value))
      throw unsupported(`"${key}" of ${urn} in ${source}`);
  }
  const reveal = (value: PropertyValue | undefined): PropertyMap =>
    isMap(value) ? (mapValues(value, (element) => revealSecret(element, codec)) as PropertyMap) : {};
  return {
    ...(state as unknown as ResourceState),
    dependencies: (stored.dependencies ?? []) as readonly string[],
    custom: stored.custom === true,
    // The real engine writes null for "none of this property's values depend on anything".
    propertyDependencies: Object.fromEntries(
      Object.entries((stored.propertyDependencies ?? {}) as Record<string, string[] | null>).map(
        ([key, urns]) => [key, urns ?? []],
      ),
    ),
    inputs: reveal(stored.inputs),
    outputs: reveal(stored.outputs),
  };
}

function revealSecret(value: PropertyValue, codec: SecretCodec): PropertyValue | undefined {
  if (!hasSignature(value, SECRET_SIGNATURE)) return undefined;
  if (typeof value.plaintext === "string")
    return { [SIGNATURE_KEY]: SECRET_SIGNATURE, value: JSON.parse(value.plaintext) as PropertyValue };
  return codec.reveal(value);
}
