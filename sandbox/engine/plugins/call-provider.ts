import type { ServiceError } from "@grpc/grpc-js";
import { callUnary, type UnaryCallback } from "../protocol/call-unary.ts";
import { grpc } from "../protocol/sdk.ts";
import { OutcomeUnknown } from "./resource-plugin.ts";

/**
 * One call of a provider.
 * @param doing for the error, after "was asked to"
 * @throws OutcomeUnknown when the provider ended meanwhile; else an error of its words, the gRPC error its cause
 */
export async function callProvider<Reply>(
  doing: string,
  call: (done: UnaryCallback<Reply>) => unknown,
): Promise<Reply> {
  try {
    return await callUnary(call);
  } catch (error) {
    const { code, details } = error as ServiceError;
    if (code === grpc.status.UNAVAILABLE || code === grpc.status.CANCELLED)
      throw new OutcomeUnknown(`the provider ended while it was asked to ${doing}: ${details}`, {
        cause: error,
      });
    throw new Error(details || String(error), { cause: error });
  }
}

/** Whether the provider has no such call. */
export function isUnimplemented(error: unknown): boolean {
  return (
    error instanceof Error && (error.cause as ServiceError | undefined)?.code === grpc.status.UNIMPLEMENTED
  );
}
