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
 * The ports of this process's servers so far. The SDK's clients share connections by their addresses: one that is left
 * from a server that has ended would fail the first calls of the next program, if its monitor had the same port.
 */
const portsSoFar = new Set<number>();

/**
 * Serves a gRPC service on a loopback port. Methods without a handler are refused by their names.
 * @param used ports that are not taken again
 * @returns the server and its address
 */
export async function serveGrpc(
  service: ServiceDefinition,
  handlers: Readonly<Record<string, Handler>>,
  used: Set<number> = portsSoFar,
): Promise<{ readonly server: Server; readonly address: string }> {
  const server = new grpc.Server(CHANNEL_OPTIONS);
  const implementation: UntypedServiceImplementation = {};
  for (const method of Object.keys(service)) implementation[method] = answering(method, handlers[method]);
  server.addService(service, implementation);
  const port = await bindUnused(server, used);
  return { server, address: `127.0.0.1:${port}` };
}

async function bindUnused(server: Server, used: Set<number>): Promise<number> {
  const bound: number[] = [];
  for (;;) {
    const port = await bind(server);
    bound.push(port);
    if (used.has(port)) continue;
    for (const other of bound) if (other !== port) server.unbind(`127.0.0.1:${other}`);
    used.add(port);
    return port;
  }
}

function bind(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) =>
      error ? reject(error) : resolve(port),
    );
  });
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
