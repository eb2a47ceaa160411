import type { Metadata, ServerUnaryCall, sendUnaryData } from "@grpc/grpc-js";
import anyMessages from "google-protobuf/google/protobuf/any_pb.js";
import { redact } from "../../plan/redact.ts";
import {
  CHANNEL_OPTIONS,
  grpc,
  providerMessages,
  providerServices,
  statusMessages,
} from "../engine/protocol/sdk.ts";
import { InitFailed, type PluginProvider } from "./plugin-provider.ts";
import { PluginValues } from "./plugin-values.ts";
import { providerCalls } from "./provider-calls.ts";

/**
 * Serves a provider to an engine, ours or the real one: listens on a free port of this machine and prints it.
 * The SDK's own `provider.main` is not enough: it hands on no settings, no old inputs and no previews.
 */
export async function serveProvider(provider: PluginProvider): Promise<void> {
  const server = new grpc.Server(CHANNEL_OPTIONS);
  const handlers = Object.entries(providerCalls(provider)).map(([name, call]) => [name, handler(call)]);
  server.addService(providerServices.ResourceProviderService, Object.fromEntries(handlers));
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  process.stdout.write(`${port}\n`);
}

/** A call of the protocol; errors leave it as text without secrets. */
function handler(call: (request: never, values: PluginValues) => unknown) {
  return async (
    { request }: ServerUnaryCall<never, unknown>,
    done: sendUnaryData<unknown>,
  ): Promise<void> => {
    const values = new PluginValues();
    try {
      done(null, await call(request, values));
    } catch (error) {
      const details = redact(values.masked(error instanceof Error ? error.message : String(error)));
      const metadata = error instanceof InitFailed ? initFailure(error, details, values) : undefined;
      done({ code: grpc.status.UNKNOWN, details, ...(metadata ? { metadata } : {}) });
    }
  };
}

/** How the protocol says that a resource exists but is not ready. */
function initFailure({ state, reasons }: InitFailed, message: string, values: PluginValues): Metadata {
  const failed = new providerMessages.ErrorResourceInitFailed();
  failed.setId(state.id).setProperties(values.hidden(state.outputs));
  failed.setReasonsList(reasons.map((reason) => redact(values.masked(reason))));
  const detail = new anyMessages.Any();
  detail.pack(failed.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const status = new statusMessages.Status();
  status.setCode(grpc.status.UNKNOWN).setMessage(message).addDetails(detail);
  const metadata = new grpc.Metadata();
  metadata.add("grpc-status-details-bin", Buffer.from(status.serializeBinary()));
  return metadata;
}
