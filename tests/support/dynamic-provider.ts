import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import * as grpc from "@grpc/grpc-js";
import grpcStubs from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import type * as Proto from "@pulumi/pulumi/proto/provider_pb.js";
import proto from "@pulumi/pulumi/proto/provider_pb.js";
import statusStubs from "@pulumi/pulumi/proto/status_pb.js";
import structStubs from "google-protobuf/google/protobuf/struct_pb.js";

// The generated modules are CommonJS of a kind that has no named imports.
const { ResourceProviderClient } = grpcStubs;
const { Status } = statusStubs;
const { Struct } = structStubs;
type Client = InstanceType<typeof ResourceProviderClient>;
type Struct = InstanceType<typeof Struct>;

export type Bag = Readonly<Record<string, unknown>>;

export interface DynamicProviderOptions {
  /** The stack's configuration, decrypted: `{"holdfast:plan": "{…}"}`. */
  readonly config?: Readonly<Record<string, string>>;
  /** Added to this process' environment; `undefined` takes a variable out. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/** A call that the provider refused. */
export class ProviderRefusal extends Error {
  /** What was saved nevertheless, of a resource that was created or changed but is not as it should be. */
  readonly saved?: { readonly id: string; readonly properties: Bag; readonly reasons: readonly string[] };

  constructor(error: grpc.ServiceError) {
    super(error.details);
    const [packed] = error.metadata?.get("grpc-status-details-bin") ?? [];
    const [detail] = packed instanceof Buffer ? Status.deserializeBinary(packed).getDetailsList() : [];
    const failed = detail?.unpack(proto.ErrorResourceInitFailed.deserializeBinary, detail.getTypeName());
    if (failed) {
      this.saved = {
        id: failed.getId(),
        properties: bag(failed.getProperties()),
        reasons: failed.getReasonsList(),
      };
    }
  }
}

/** The SDK's own process for dynamic resources, spoken to as the engine does: over gRPC. */
export interface DynamicProvider {
  check(
    olds: Bag | undefined,
    news: Bag,
  ): Promise<{ inputs: Bag; failures: { property: string; reason: string }[] }>;
  diff(id: string, olds: Bag, news: Bag): Promise<Difference>;
  create(inputs: Bag): Promise<{ id: string; outputs: Bag }>;
  read(id: string, properties: Bag): Promise<{ id: string; outputs: Bag; inputs: Bag | undefined }>;
  update(id: string, olds: Bag, news: Bag): Promise<Bag>;
  delete(id: string, properties: Bag): Promise<void>;
  /** Everything that the process has printed. */
  printed(): string;
  close(): Promise<void>;
}

export interface Difference {
  readonly changes: "none" | "some" | "unknown";
  readonly replaces: readonly string[];
  readonly deleteBeforeReplace: boolean;
}

const CHANGES = { 0: "unknown", 1: "none", 2: "some" } as const;

/** Starts the process in the current directory, as the engine does in that of the project, and configures it. */
export async function startDynamicProvider(options: DynamicProviderOptions = {}): Promise<DynamicProvider> {
  const program = createRequire(import.meta.url).resolve("@pulumi/pulumi/cmd/dynamic-provider");
  // The address of the engine is asked for and never used.
  const child = spawn(process.execPath, [program, "127.0.0.1:0"], {
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...process.env,
      PULUMI_NODEJS_PROJECT: "holdfast",
      PULUMI_NODEJS_STACK: "test",
      ...options.environment,
    },
  });
  // A test run that is ended takes it along.
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill);
  let printed = "";
  child.stderr.on("data", (bytes: Buffer) => {
    printed += bytes.toString("utf8");
  });
  const lines = createInterface(child.stdout);
  const [port] = (await once(lines, "line")) as [string];
  lines.on("line", (line) => {
    printed += `${line}\n`;
  });
  const client = new ResourceProviderClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
  await ask((done) => {
    const request = new proto.ConfigureRequest();
    request.setArgs(struct(options.config ?? {}));
    client.configure(request, done);
  });
  return {
    ...calls(client),
    printed: () => printed,
    async close() {
      client.close();
      process.off("exit", kill);
      if (child.exitCode !== null) return;
      const closed = once(child, "close");
      kill();
      await closed;
    },
  };
}

function calls(client: Client): Omit<DynamicProvider, "printed" | "close"> {
  return {
    async check(olds, news) {
      const request = new proto.CheckRequest();
      request.setOlds(struct(olds ?? {}));
      request.setNews(struct(news));
      const reply = await ask<Proto.CheckResponse>((done) => client.check(request, done));
      const failures = reply
        .getFailuresList()
        .map((failure) => ({ property: failure.getProperty(), reason: failure.getReason() }));
      return { inputs: bag(reply.getInputs()), failures };
    },
    async diff(id, olds, news) {
      const request = new proto.DiffRequest();
      request.setId(id);
      request.setOlds(struct(olds));
      request.setNews(struct(news));
      const reply = await ask<Proto.DiffResponse>((done) => client.diff(request, done));
      return {
        changes: CHANGES[reply.getChanges()],
        replaces: reply.getReplacesList(),
        deleteBeforeReplace: reply.getDeletebeforereplace(),
      };
    },
    async create(inputs) {
      const request = new proto.CreateRequest();
      request.setProperties(struct(inputs));
      const reply = await ask<Proto.CreateResponse>((done) => client.create(request, done));
      return { id: reply.getId(), outputs: bag(reply.getProperties()) };
    },
    async read(id, properties) {
      const request = new proto.ReadRequest();
      request.setId(id);
      request.setProperties(struct(properties));
      const reply = await ask<Proto.ReadResponse>((done) => client.read(request, done));
      const inputs = reply.getInputs();
      return { id: reply.getId(), outputs: bag(reply.getProperties()), inputs: inputs && bag(inputs) };
    },
    async update(id, olds, news) {
      const request = new proto.UpdateRequest();
      request.setId(id);
      request.setOlds(struct(olds));
      request.setNews(struct(news));
      const reply = await ask<Proto.UpdateResponse>((done) => client.update(request, done));
      return bag(reply.getProperties());
    },
    async delete(id, properties) {
      const request = new proto.DeleteRequest();
      request.setId(id);
      request.setProperties(struct(properties));
      await ask((done) => client.delete(request, done));
    },
  };
}

function ask<Reply>(
  call: (done: (error: grpc.ServiceError | null, reply: Reply) => void) => void,
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    call((error, reply) => {
      if (error) reject(new ProviderRefusal(error));
      else resolve(reply);
    });
  });
}

function struct(properties: Bag): Struct {
  // The generated type wants JSON; what is not would be refused by it at once.
  return Struct.fromJavaScript(properties as Parameters<typeof Struct.fromJavaScript>[0]);
}

function bag(properties: Struct | undefined): Bag {
  return properties?.toJavaScript() ?? {};
}
