import type { ServiceError } from "@grpc/grpc-js";
import type { PropertyMap } from "../protocol/property-value.ts";
import { providerMessages, statusMessages } from "../protocol/sdk.ts";
import { fromStruct } from "./provider-wire.ts";

/** What a provider's error says of a resource that exists but is not ready. */
export interface InitFailure {
  readonly id: string;
  readonly outputs: PropertyMap;
  readonly reasons: readonly string[];
}

const DETAILS = "grpc-status-details-bin";

/** @returns undefined for any other error */
export function initFailure(error: ServiceError): InitFailure | undefined {
  const [bytes] = error.metadata?.get(DETAILS) ?? [];
  if (!(bytes instanceof Uint8Array)) return undefined;
  for (const detail of statusMessages.Status.deserializeBinary(bytes).getDetailsList()) {
    if (!detail.getTypeUrl().endsWith("ErrorResourceInitFailed")) continue;
    const failed = providerMessages.ErrorResourceInitFailed.deserializeBinary(detail.getValue_asU8());
    return {
      id: failed.getId(),
      outputs: fromStruct(failed.getProperties()),
      reasons: failed.getReasonsList(),
    };
  }
  return undefined;
}
