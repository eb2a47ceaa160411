import aliasMessages from "@pulumi/pulumi/proto/alias_pb.js";
import type { RegisterResourceResponse } from "@pulumi/pulumi/proto/resource_pb.js";
import { fromStruct, toStruct } from "../../../../sandbox/engine/plugins/provider-wire.ts";
import type { Program } from "../../../../sandbox/engine/program/program.ts";
import { callUnary } from "../../../../sandbox/engine/protocol/call-unary.ts";
import { type PropertyMap, UNKNOWN } from "../../../../sandbox/engine/protocol/property-value.ts";
import {
  emptyMessages,
  grpc,
  resourceMessages,
  resourceServices,
} from "../../../../sandbox/engine/protocol/sdk.ts";

/** One resource of a program that is data, so that a test can make it up. */
export interface Declared {
  readonly name: string;
  /** @default "memory:index:Thing" */
  readonly type?: string;
  /** A component has no provider. @default true */
  readonly custom?: boolean;
  /** Name of a component declared before. @default the stack */
  readonly parent?: string;
  readonly inputs?: PropertyMap;
  /** By input, the resource declared before whose `made` is its value. */
  readonly from?: Readonly<Record<string, string>>;
  readonly dependsOn?: readonly string[];
  readonly protect?: boolean;
  readonly retainOnDelete?: boolean;
  readonly deleteBeforeReplace?: boolean;
  readonly deletedWith?: string;
  readonly ignoreChanges?: readonly string[];
  readonly replaceOnChanges?: readonly string[];
  readonly additionalSecretOutputs?: readonly string[];
  /** Former names, with parents by their URNs. */
  readonly aliases?: readonly { readonly name?: string; readonly parent?: string | null }[];
}

interface Registered {
  readonly urn: string;
  readonly outputs: PropertyMap;
}

/** A program that registers what is declared, in order, and gives out the stack's outputs. */
export function declaredProgram(declared: readonly Declared[], outputs: PropertyMap = {}): Program {
  return async ({ monitorAddress, project, stack, signal }) => {
    const client = new resourceServices.ResourceMonitorClient(
      monitorAddress,
      grpc.credentials.createInsecure(),
    );
    const register = (
      one: Declared,
      made: ReadonlyMap<string, Registered>,
    ): Promise<RegisterResourceResponse> =>
      callUnary((done) => client.registerResource(requestOf(one, made), done));
    try {
      const root = await register(
        { name: `${project}-${stack}`, type: "pulumi:pulumi:Stack", custom: false },
        new Map(),
      );
      const made = new Map<string, Registered>([["", { urn: root.getUrn(), outputs: {} }]]);
      for (const one of declared) {
        if (signal.aborted) return "stopped";
        const reply = await register(one, made);
        made.set(one.name, { urn: reply.getUrn(), outputs: fromStruct(reply.getObject()) });
      }
      const request = new resourceMessages.RegisterResourceOutputsRequest();
      request.setUrn(root.getUrn()).setOutputs(toStruct(outputs));
      await callUnary<unknown>((done) => client.registerResourceOutputs(request, done));
      await callUnary<unknown>((done) => client.signalAndWaitForShutdown(new emptyMessages.Empty(), done));
      return undefined;
    } catch (error) {
      return (error as Error).message;
    } finally {
      client.close();
    }
  };
}

function requestOf(
  one: Declared,
  made: ReadonlyMap<string, Registered>,
): InstanceType<typeof resourceMessages.RegisterResourceRequest> {
  const urnOf = (name: string): string => made.get(name)?.urn ?? "";
  const taken = Object.entries(one.from ?? {});
  const inputs: Record<string, PropertyMap[string]> = { ...one.inputs };
  for (const [key, name] of taken) inputs[key] = made.get(name)?.outputs.made ?? UNKNOWN;
  const request = new resourceMessages.RegisterResourceRequest();
  request
    .setType(one.type ?? "memory:index:Thing")
    .setName(one.name)
    .setCustom(one.custom ?? true);
  request
    .setParent(urnOf(one.parent ?? ""))
    .setObject(toStruct(inputs))
    .setAliasspecs(true);
  const depends = [...(one.dependsOn ?? []), ...taken.map(([, name]) => name)];
  request.setDependenciesList([...new Set(depends.map(urnOf))]);
  for (const [key, name] of taken)
    request
      .getPropertydependenciesMap()
      .set(
        key,
        new resourceMessages.RegisterResourceRequest.PropertyDependencies().setUrnsList([urnOf(name)]),
      );
  if (one.protect !== undefined) request.setProtect(one.protect);
  if (one.retainOnDelete !== undefined) request.setRetainondelete(one.retainOnDelete);
  if (one.deleteBeforeReplace !== undefined)
    request.setDeletebeforereplacedefined(true).setDeletebeforereplace(one.deleteBeforeReplace);
  if (one.deletedWith !== undefined) request.setDeletedwith(urnOf(one.deletedWith));
  request.setIgnorechangesList([...(one.ignoreChanges ?? [])]);
  request.setReplaceonchangesList([...(one.replaceOnChanges ?? [])]);
  request.setAdditionalsecretoutputsList([...(one.additionalSecretOutputs ?? [])]);
  request.setAliasesList((one.aliases ?? []).map(aliasOf));
  return request;
}

function aliasOf({
  name = "",
  parent,
}: {
  readonly name?: string;
  readonly parent?: string | null;
}): InstanceType<typeof aliasMessages.Alias> {
  const spec = new aliasMessages.Alias.Spec().setName(name);
  if (parent === null) spec.setNoparent(true);
  else if (parent !== undefined) spec.setParenturn(parent);
  return new aliasMessages.Alias().setSpec(spec);
}
