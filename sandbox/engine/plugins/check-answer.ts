import type { CheckResponse } from "@pulumi/pulumi/proto/provider_pb.js";
import { fromStruct } from "./provider-wire.ts";
import type { CheckAnswer, CheckFailure } from "./resource-plugin.ts";

/** The answer of a provider to "are these inputs right?". */
export function checkAnswer(reply: CheckResponse): CheckAnswer {
  return { inputs: fromStruct(reply.getInputs()), failures: reply.getFailuresList().map(failureOf) };
}

export function failureOf(failure: { getProperty(): string; getReason(): string }): CheckFailure {
  return { property: failure.getProperty(), reason: failure.getReason() };
}
