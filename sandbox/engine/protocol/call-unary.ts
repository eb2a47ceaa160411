import type { ServiceError } from "@grpc/grpc-js";

export type UnaryCallback<Reply> = (error: ServiceError | null, reply: Reply) => void;

/** A call of a generated client as a promise. @throws the gRPC error */
export function callUnary<Reply>(call: (done: UnaryCallback<Reply>) => unknown): Promise<Reply> {
  return new Promise((resolve, reject) => {
    call((error, reply) => (error ? reject(error) : resolve(reply)));
  });
}
