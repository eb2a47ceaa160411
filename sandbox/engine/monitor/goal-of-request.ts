import type { Alias as AliasMessage } from "@pulumi/pulumi/proto/alias_pb.js";
import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb.js";
import { parseDuration } from "../../../plan/duration.ts";
import type { Alias, Goal } from "../deployment/goal.ts";
import { unsupported } from "../engine-error.ts";
import { fromStruct } from "../plugins/provider-wire.ts";
import { ARCHIVE_SIGNATURE, ASSET_SIGNATURE, hasSignature, someValue } from "../protocol/property-value.ts";
import type { CustomTimeouts } from "../state/resource-state.ts";

/** What the program asks for. @throws EngineError naming an option that this engine does not have */
export function goalOfRequest(request: RegisterResourceRequest): Goal {
  refuseUnsupported(request);
  const inputs = fromStruct(request.getObject());
  const dependencies = [...request.getPropertydependenciesMap().entries()];
  if (
    someValue(
      inputs,
      (value) => hasSignature(value, ASSET_SIGNATURE) || hasSignature(value, ARCHIVE_SIGNATURE),
    )
  )
    throw unsupported(`an asset or archive among the inputs of ${request.getName()}`);
  return {
    type: request.getType(),
    name: request.getName(),
    custom: request.getCustom(),
    parent: request.getParent() || undefined,
    inputs,
    provider: request.getProvider() || undefined,
    version: request.getVersion() || undefined,
    dependencies: request.getDependenciesList(),
    propertyDependencies: Object.fromEntries(dependencies.map(([key, urns]) => [key, urns.getUrnsList()])),
    protect: request.hasProtect() ? request.getProtect() : undefined,
    retainOnDelete: request.hasRetainondelete() ? request.getRetainondelete() : undefined,
    deleteBeforeReplace: request.getDeletebeforereplacedefined()
      ? request.getDeletebeforereplace()
      : undefined,
    deletedWith: request.getDeletedwith() || undefined,
    ignoreChanges: request.getIgnorechangesList(),
    replaceOnChanges: request.getReplaceonchangesList(),
    additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
    aliases: [
      ...request.getAliasesList().map(aliasOf),
      ...request.getAliasurnsList().map((urn): Alias => ({ urn })),
    ],
    customTimeouts: timeoutsOf(request),
  };
}

function refuseUnsupported(request: RegisterResourceRequest): void {
  const of = ` of ${request.getType()} "${request.getName()}"`;
  const refused: readonly (readonly [boolean, string])[] = [
    [request.getRemote(), "a remote component (Construct)"],
    [request.getImportid() !== "", "the option import"],
    [request.getReplaceWithList().length > 0, "the option replaceWith"],
    [request.hasReplacementTrigger(), "the option replacementTrigger"],
    [request.getTransformsList().length > 0, "the option transforms"],
    [request.getStateMigrationsList().length > 0, "the option stateMigrations"],
    [request.getPackageref() !== "", "a parameterized package"],
    [request.getPlugindownloadurl() !== "", "the option pluginDownloadURL"],
    [request.getEnvvarmappingsMap().getLength() > 0, "the option envVarMappings"],
    [hasHooks(request), "the option hooks"],
    [request.getCustom() && /^pulumi:pulumi:/.test(request.getType()), "a built-in resource"],
  ];
  const found = refused.find(([isAsked]) => isAsked);
  if (found) throw unsupported(found[1] + of);
}

function hasHooks(request: RegisterResourceRequest): boolean {
  const hooks = request.getHooks()?.toObject();
  return hooks !== undefined && Object.values(hooks).some((list) => list.length > 0);
}

function aliasOf(alias: AliasMessage): Alias {
  const spec = alias.getSpec();
  if (!spec) return { urn: alias.getUrn() };
  return {
    name: spec.getName() || undefined,
    type: spec.getType() || undefined,
    stack: spec.getStack() || undefined,
    project: spec.getProject() || undefined,
    parent: spec.getNoparent() ? null : spec.getParenturn() || undefined,
  };
}

function timeoutsOf(request: RegisterResourceRequest): CustomTimeouts | undefined {
  const timeouts = request.getCustomtimeouts();
  if (!timeouts) return undefined;
  const given = { create: timeouts.getCreate(), update: timeouts.getUpdate(), delete: timeouts.getDelete() };
  const seconds = Object.entries(given).flatMap(([key, text]) => (text ? [[key, parseDuration(text)]] : []));
  return seconds.length > 0 ? Object.fromEntries(seconds) : undefined;
}
