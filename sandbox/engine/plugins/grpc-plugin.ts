import type { ServiceError } from "@grpc/grpc-js";
import type { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import type {
  CheckResponse,
  ConfigureResponse,
  CreateResponse,
  DiffResponse,
  InvokeResponse,
  ReadResponse,
  UpdateResponse,
} from "@pulumi/pulumi/proto/provider_pb.js";
import type { PropertyMap } from "../protocol/property-value.ts";
import { CHANNEL_OPTIONS, grpc, providerMessages, providerServices } from "../protocol/sdk.ts";
import { callProvider, isUnimplemented } from "./call-provider.ts";
import { checkAnswer, failureOf } from "./check-answer.ts";
import { diffAnswer } from "./diff-answer.ts";
import { initFailure } from "./init-failure.ts";
import { type Acceptance, annotateSecrets, fromStruct, toStruct } from "./provider-wire.ts";
import type {
  CheckAnswer,
  CreateRequest,
  DeleteRequest,
  DiffAnswer,
  DiffRequest,
  InvokeAnswer,
  ProviderState,
  ReadRequest,
  ResourceCall,
  ResourcePlugin,
  UpdateRequest,
} from "./resource-plugin.ts";

/** On a busy machine the first connection may take its time, though the provider listens. */
const READY_MILLISECONDS = 60_000;

/** A provider that speaks Pulumi's provider protocol over gRPC. */
export class GrpcPlugin implements ResourcePlugin {
  readonly #client: ResourceProviderClient;
  readonly #onClose: () => void;
  #accepts: Acceptance = { secrets: false, resources: false };
  #supportsPreview = false;

  /** @param onClose ends the provider's process */
  constructor(address: string, onClose: () => void) {
    const credentials = grpc.credentials.createInsecure();
    this.#client = new providerServices.ResourceProviderClient(address, credentials, CHANNEL_OPTIONS);
    this.#onClose = onClose;
  }

  /** Resolves once the provider can be asked. @throws the gRPC error when it cannot within a minute */
  ready(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#client.waitForReady(Date.now() + READY_MILLISECONDS, (error) =>
        error ? reject(error) : resolve(),
      );
    });
  }

  async configure(settings: PropertyMap): Promise<void> {
    const request = new providerMessages.ConfigureRequest();
    request.setArgs(toStruct(settings)).setAcceptsecrets(true).setAcceptresources(true);
    request.setSendsOldInputs(true).setSendsOldInputsToDelete(true);
    const reply = await callProvider<ConfigureResponse>("configure", (done) =>
      this.#client.configure(request, done),
    );
    this.#accepts = { secrets: reply.getAcceptsecrets(), resources: reply.getAcceptresources() };
    this.#supportsPreview = reply.getSupportspreview();
  }

  async checkConfig(call: ResourceCall, olds: PropertyMap, news: PropertyMap): Promise<CheckAnswer> {
    const request = new providerMessages.CheckRequest();
    request.setUrn(call.urn).setName(call.name).setType(call.type);
    request.setOlds(toStruct(olds)).setNews(toStruct(news));
    try {
      return checkAnswer(
        await callProvider<CheckResponse>("check the configuration of", (done) =>
          this.#client.checkConfig(request, done),
        ),
      );
    } catch (error) {
      if (isUnimplemented(error)) return { inputs: news, failures: [] };
      throw error;
    }
  }

  async diffConfig(call: ResourceCall, olds: PropertyMap, news: PropertyMap): Promise<DiffAnswer> {
    const request = new providerMessages.DiffRequest();
    request.setUrn(call.urn).setName(call.name).setType(call.type);
    request.setOlds(toStruct(olds)).setOldInputs(toStruct(olds)).setNews(toStruct(news));
    try {
      return diffAnswer(
        await callProvider<DiffResponse>("compare the configuration of", (done) =>
          this.#client.diffConfig(request, done),
        ),
      );
    } catch (error) {
      if (!isUnimplemented(error)) throw error;
      return { changes: "unknown", replaceKeys: [], changedKeys: [], deleteBeforeReplace: false };
    }
  }

  async check(call: ResourceCall, olds: PropertyMap | undefined, news: PropertyMap): Promise<CheckAnswer> {
    const request = new providerMessages.CheckRequest();
    request.setUrn(call.urn).setName(call.name).setType(call.type);
    request.setOlds(this.#struct(olds ?? {})).setNews(this.#struct(news));
    const { inputs, failures } = checkAnswer(
      await callProvider<CheckResponse>("check", (done) => this.#client.check(request, done)),
    );
    return { inputs: annotateSecrets(inputs, news, this.#accepts), failures };
  }

  async diff(call: ResourceCall, request: DiffRequest): Promise<DiffAnswer> {
    const message = new providerMessages.DiffRequest();
    message.setUrn(call.urn).setName(call.name).setType(call.type).setId(request.id);
    message.setOlds(this.#struct(request.oldOutputs)).setOldInputs(this.#struct(request.oldInputs));
    message.setNews(this.#struct(request.newInputs)).setIgnorechangesList([...request.ignoreChanges]);
    return diffAnswer(
      await callProvider<DiffResponse>("compare", (done) => this.#client.diff(message, done)),
    );
  }

  async create(call: ResourceCall, request: CreateRequest): Promise<ProviderState> {
    const { inputs, preview } = request;
    if (preview && !this.#supportsPreview) return { id: "", outputs: inputs };
    const message = new providerMessages.CreateRequest();
    message.setUrn(call.urn).setName(call.name).setType(call.type);
    message.setProperties(this.#struct(inputs)).setPreview(preview).setTimeout(request.timeoutSeconds);
    return this.#change("create", inputs, "", async () => {
      const reply = await callProvider<CreateResponse>("create", (done) =>
        this.#client.create(message, done),
      );
      return { id: reply.getId(), outputs: fromStruct(reply.getProperties()) };
    });
  }

  async update(call: ResourceCall, request: UpdateRequest): Promise<ProviderState> {
    const { id, newInputs, preview } = request;
    if (preview && !this.#supportsPreview) return { id, outputs: newInputs };
    const message = new providerMessages.UpdateRequest();
    message.setUrn(call.urn).setName(call.name).setType(call.type).setId(id);
    message.setOlds(this.#struct(request.oldOutputs)).setOldInputs(this.#struct(request.oldInputs));
    message.setNews(this.#struct(newInputs)).setIgnorechangesList([...request.ignoreChanges]);
    message.setPreview(preview).setTimeout(request.timeoutSeconds);
    return this.#change("update", newInputs, id, async () => {
      const reply = await callProvider<UpdateResponse>("update", (done) =>
        this.#client.update(message, done),
      );
      return { id, outputs: fromStruct(reply.getProperties()) };
    });
  }

  async read(
    call: ResourceCall,
    { id, inputs, outputs }: ReadRequest,
  ): Promise<(ProviderState & { inputs?: PropertyMap }) | undefined> {
    const message = new providerMessages.ReadRequest();
    message.setUrn(call.urn).setName(call.name).setType(call.type).setId(id);
    message.setProperties(this.#struct(outputs)).setInputs(this.#struct(inputs));
    let readInputs: PropertyMap | undefined;
    const state = await this.#change("read", outputs, id, async () => {
      const reply = await callProvider<ReadResponse>("read", (done) => this.#client.read(message, done));
      const given = reply.getInputs();
      if (given) readInputs = annotateSecrets(fromStruct(given), inputs, this.#accepts);
      return { id: reply.getId(), outputs: fromStruct(reply.getProperties()) };
    });
    if (state.id === "") return undefined;
    return readInputs ? { ...state, inputs: readInputs } : state;
  }

  async delete(call: ResourceCall, request: DeleteRequest): Promise<void> {
    const message = new providerMessages.DeleteRequest();
    message.setUrn(call.urn).setName(call.name).setType(call.type).setId(request.id);
    message.setProperties(this.#struct(request.outputs)).setOldInputs(this.#struct(request.inputs));
    message.setTimeout(request.timeoutSeconds);
    await callProvider<unknown>("delete", (done) => this.#client.delete(message, done));
  }

  async invoke(token: string, args: PropertyMap): Promise<InvokeAnswer> {
    const message = new providerMessages.InvokeRequest();
    message.setTok(token).setArgs(this.#struct(args));
    const reply = await callProvider<InvokeResponse>(token, (done) => this.#client.invoke(message, done));
    return { result: fromStruct(reply.getReturn()), failures: reply.getFailuresList().map(failureOf) };
  }

  close(): void {
    this.#client.close();
    this.#onClose();
  }

  #struct(values: PropertyMap): ReturnType<typeof toStruct> {
    return toStruct(values, this.#accepts);
  }

  /** Gives the state that the call leaves, also where it says that the resource exists but is not ready. */
  async #change(
    verb: string,
    given: PropertyMap,
    id: string,
    change: () => Promise<ProviderState>,
  ): Promise<ProviderState> {
    try {
      const state = await change();
      return { ...state, outputs: annotateSecrets(state.outputs, given, this.#accepts) };
    } catch (error) {
      const failed = initFailure((error instanceof Error ? error.cause : error) as ServiceError);
      if (!failed) throw error;
      const initErrors = failed.reasons.length > 0 ? failed.reasons : [`the ${verb} left it unready`];
      const outputs = annotateSecrets(failed.outputs, given, this.#accepts);
      return { id: failed.id || id, outputs, initErrors };
    }
  }
}
