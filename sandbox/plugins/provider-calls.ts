import type {
  CheckRequest,
  ConfigureRequest,
  CreateRequest,
  DeleteRequest,
  DiffRequest,
  InvokeRequest,
  ReadRequest,
  UpdateRequest,
} from "@pulumi/pulumi/proto/provider_pb.js";
import { compareInputs } from "../engine/deployment/compare-inputs.ts";
import { fromStruct, toStruct } from "../engine/plugins/provider-wire.ts";
import { UNKNOWN } from "../engine/protocol/property-value.ts";
import { emptyMessages, providerMessages } from "../engine/protocol/sdk.ts";
import type {
  CheckOutcome,
  DiffOutcome,
  PluginCall,
  PluginProvider,
  PluginResource,
} from "./plugin-provider.ts";
import { type PluginValues, secretAgain } from "./plugin-values.ts";

interface Asked {
  getUrn(): string;
  getType(): string;
  getName(): string;
}

/** The calls of the provider protocol that engines make, by name. */
export function providerCalls(provider: PluginProvider) {
  return { ...settingCalls(provider), ...judgingCalls(provider), ...changingCalls(provider) };
}

function settingCalls(provider: PluginProvider) {
  return {
    checkConfig: async (request: CheckRequest, values: PluginValues) => {
      const news = values.plain(request.getNews());
      const outcome = provider.checkConfig?.(news) ?? { inputs: news };
      return checkReply(outcome, request);
    },
    diffConfig: async (request: DiffRequest, values: PluginValues) => {
      const olds = values.plain(request.getOldInputs() ?? request.getOlds());
      const news = values.plain(request.getNews());
      const changed = compareInputs(olds, news, NO_DIFF).changedKeys;
      return diffReply({
        changed,
        replaces: changed.filter((key) => provider.replacingSettings?.includes(key)),
      });
    },
    configure: async (request: ConfigureRequest, values: PluginValues) => {
      await provider.configure(values.plain(request.getArgs()));
      const reply = new providerMessages.ConfigureResponse();
      return reply.setAcceptsecrets(true).setAcceptresources(true).setSupportspreview(true);
    },
    invoke: async (request: InvokeRequest, values: PluginValues) => {
      const call = provider.functions?.[request.getTok()];
      if (!call) throw new Error(`the function ${request.getTok()} is not supported here`);
      const result = await call(values.plain(request.getArgs()));
      return new providerMessages.InvokeResponse().setReturn(toStruct(result));
    },
    cancel: async () => new emptyMessages.Empty(),
  };
}

function judgingCalls(provider: PluginProvider) {
  return {
    check: async (request: CheckRequest, values: PluginValues) => {
      const [olds, news] = [values.plain(request.getOlds()), values.plain(request.getNews())];
      return checkReply(
        await resourceOf(provider, request).check({ ...callOf(request, values), olds, news }),
        request,
      );
    },
    diff: async (request: DiffRequest, values: PluginValues) => {
      const state = stateOf(request, values, request.getOldInputs(), request.getOlds());
      const news = values.plain(request.getNews());
      return diffReply(
        await resourceOf(provider, request).diff({ ...callOf(request, values), ...state, news }),
      );
    },
    read: async (request: ReadRequest, values: PluginValues) => {
      const resource = resourceOf(provider, request);
      const state = stateOf(request, values, request.getInputs(), request.getProperties());
      const given = fromStruct(request.getInputs());
      values.follow({ ...fromStruct(request.getProperties()), ...given }, resource.secretWithInputs);
      const found = await resource.read({ ...callOf(request, values), ...state });
      const reply = new providerMessages.ReadResponse();
      if (!found) return reply;
      reply.setId(found.id).setInputs(secretAgain(found.inputs, given, []));
      return reply.setProperties(values.hidden(found.outputs));
    },
  };
}

function changingCalls(provider: PluginProvider) {
  return {
    create: async (request: CreateRequest, values: PluginValues) => {
      const resource = resourceOf(provider, request);
      const reply = new providerMessages.CreateResponse();
      if (request.getPreview()) return reply.setProperties(request.getProperties());
      const inputs = values.plain(request.getProperties());
      const call = { ...callOf(request, values), inputs, timeoutSeconds: request.getTimeout() };
      values.follow(fromStruct(request.getProperties()), resource.secretWithInputs);
      const { id, outputs } = await resource.create(call);
      return reply.setId(id).setProperties(values.hidden(outputs));
    },
    update: async (request: UpdateRequest, values: PluginValues) => {
      const resource = resourceOf(provider, request);
      const state = stateOf(request, values, request.getOldInputs(), request.getOlds());
      const reply = new providerMessages.UpdateResponse();
      const given = fromStruct(request.getNews());
      if (request.getPreview()) {
        const unknown = (resource.unknownInUpdate ?? []).map((key) => [key, UNKNOWN]);
        return reply.setProperties(
          toStruct({ ...fromStruct(request.getOlds()), ...given, ...Object.fromEntries(unknown) }),
        );
      }
      const news = values.plain(request.getNews());
      const call = { ...callOf(request, values), ...state, news, timeoutSeconds: request.getTimeout() };
      values.follow(given, resource.secretWithInputs);
      const { outputs } = await resource.update(call);
      return reply.setProperties(values.hidden(outputs));
    },
    delete: async (request: DeleteRequest, values: PluginValues) => {
      const state = stateOf(request, values, request.getOldInputs(), request.getProperties());
      const call = { ...callOf(request, values), ...state, timeoutSeconds: request.getTimeout() };
      await resourceOf(provider, request).delete(call);
      return new emptyMessages.Empty();
    },
  };
}

const NO_DIFF = { changes: "none", replaceKeys: [], changedKeys: [], deleteBeforeReplace: false } as const;

function resourceOf({ resources }: PluginProvider, request: Asked): PluginResource {
  const resource = resources[request.getType()];
  if (!resource) throw new Error(`resources of the type ${request.getType()} are not supported here`);
  return resource;
}

/** Read after every value was taken in, so that all secrets are known. */
function callOf(request: Asked, values: PluginValues): PluginCall {
  const [urn, type, name] = [request.getUrn(), request.getType(), request.getName()];
  return { urn, type, name, secrets: values.secrets };
}

type Given = Parameters<PluginValues["plain"]>[0];

function stateOf(request: { getId(): string }, values: PluginValues, inputs: Given, outputs: Given) {
  return { id: request.getId(), inputs: values.plain(inputs), outputs: values.plain(outputs) };
}

function checkReply({ inputs, failures = [] }: CheckOutcome, request: CheckRequest) {
  const reply = new providerMessages.CheckResponse();
  reply.setInputs(secretAgain(inputs, fromStruct(request.getNews()), []));
  return reply.setFailuresList(
    failures.map(({ property, reason }) =>
      new providerMessages.CheckFailure().setProperty(property).setReason(reason),
    ),
  );
}

function diffReply({ changed, replaces, deleteBeforeReplace = false }: DiffOutcome) {
  const { DIFF_NONE, DIFF_SOME } = providerMessages.DiffResponse.DiffChanges;
  const reply = new providerMessages.DiffResponse();
  reply.setChanges(changed.length > 0 ? DIFF_SOME : DIFF_NONE).setDiffsList([...changed]);
  return reply.setReplacesList([...replaces]).setDeletebeforereplace(deleteBeforeReplace);
}
