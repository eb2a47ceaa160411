import type { handleUnaryCall, Server, ServiceDefinition, UntypedServiceImplementation } from "@grpc/grpc-js";
import { unsupported } from "../engine-error.ts";
import { CHANNEL_OPTIONS, grpc } from "../protocol/sdk.ts";

/** Answers one call: gives the reply, or throws an error that may carry a gRPC status. */
export type Handler = (request: never) => Promise<unknown> | unknown;

/** An error that reaches the caller with this gRPC status. */
export class StatusError extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * Serves a gRPC service on a loopback port. Methods without a handler are refused by their names.
 * @returns the server and its address
 */
export async function serveGrpc(
  service: ServiceDefinition,
  handlers: Readonly<Record<string, Handler>>,
): Promise<{ readonly server: Server; readonly address: string }> {
  const server = new grpc.Server(CHANNEL_OPTIONS);
  const implementation: UntypedServiceImplementation = {};
  for (const method of Object.keys(service)) implementation[method] = answering(method, handlers[method]);
  server.addService(service, implementation);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  return { server, address: `127.0.0.1:${port}` };
}

function answering(method: string, handler: Handler | undefined): handleUnaryCall<unknown, unknown> {
  return (call, done) => {
    const answer = async (): Promise<unknown> => {
      if (!handler)
        throw new StatusError(grpc.status.UNIMPLEMENTED, unsupported(`the call ${method}`).message);
      return handler(call.request as never);
    };
    answer().then(
      (reply) => done(null, reply),
      (error: Error) =>
        done({
          code: error instanceof StatusError ? error.code : grpc.status.UNKNOWN,
          details: error.message,
        }),
    );
  };
}
