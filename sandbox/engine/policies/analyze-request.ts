import type { AnalyzerResource as AnalyzerResourceMessage } from "@pulumi/pulumi/proto/analyzer_pb.js";
import { parseUrn } from "../deployment/urn.ts";
import { toStruct } from "../plugins/provider-wire.ts";
import { analyzerMessages } from "../protocol/sdk.ts";
import type { ResourceState } from "../state/resource-state.ts";

type RequestMessage = InstanceType<typeof analyzerMessages.AnalyzeRequest>;

/** A resource's inputs as policies judge them. As with the real engine, they see secrets. */
export function analyzeRequest(resource: ResourceState): RequestMessage {
  const request = new analyzerMessages.AnalyzeRequest();
  request.setUrn(resource.urn).setType(resource.type).setName(parseUrn(resource.urn).name);
  return request.setProperties(toStruct(resource.inputs)).setOptions(optionsOf(resource));
}

/** A resource as policies of the whole stack judge it: with its outputs, and what it depends on. */
export function analyzedResource(resource: ResourceState): AnalyzerResourceMessage {
  const message = new analyzerMessages.AnalyzerResource();
  message.setUrn(resource.urn).setType(resource.type).setName(parseUrn(resource.urn).name);
  message.setProperties(toStruct(resource.outputs)).setOptions(optionsOf(resource));
  message.setParent(resource.parent ?? "").setDependenciesList([...resource.dependencies]);
  for (const [property, urns] of Object.entries(resource.propertyDependencies)) {
    const dependencies = new analyzerMessages.AnalyzerPropertyDependencies().setUrnsList([...urns]);
    message.getPropertydependenciesMap().set(property, dependencies);
  }
  return message;
}

function optionsOf(resource: ResourceState): InstanceType<typeof analyzerMessages.AnalyzerResourceOptions> {
  const options = new analyzerMessages.AnalyzerResourceOptions();
  options.setProtect(resource.protect ?? false).setParent(resource.parent ?? "");
  options.setIgnorechangesList([...(resource.ignoreChanges ?? [])]);
  return options.setAdditionalsecretoutputsList([...(resource.additionalSecretOutputs ?? [])]);
}
