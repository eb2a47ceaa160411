import type {
  LogRequest,
  RequirePulumiVersionRequest,
  SetRootResourceRequest,
} from "@pulumi/pulumi/proto/engine_pb.js";
import { unsupported } from "../engine-error.ts";
import { diagnosticEvent, type EngineEvent } from "../events/engine-events.ts";
import { emptyMessages, engineMessages } from "../protocol/sdk.ts";
import type { Handler } from "./serve-grpc.ts";

export interface EngineServiceOptions {
  readonly emit: (event: EngineEvent) => void;
  /** Called when the program reports an error. */
  readonly onError: (message: string, urn: string) => void;
}

const SEVERITIES = ["debug", "info", "warning", "error"] as const;

/** The calls that the program makes about itself: what it logs, above all. */
export function engineService({ emit, onError }: EngineServiceOptions): Readonly<Record<string, Handler>> {
  let root = "";
  return {
    log: (request: LogRequest) => {
      const severity = SEVERITIES[request.getSeverity()] ?? "info";
      if (severity === "error") onError(request.getMessage(), request.getUrn());
      else if (severity !== "debug") emit(diagnosticEvent(severity, request.getMessage(), request.getUrn()));
      return new emptyMessages.Empty();
    },
    setRootResource: (request: SetRootResourceRequest) => {
      root = request.getUrn();
      return new engineMessages.SetRootResourceResponse();
    },
    getRootResource: () => new engineMessages.GetRootResourceResponse().setUrn(root),
    requirePulumiVersion: (request: RequirePulumiVersionRequest) => {
      throw unsupported(`requirePulumiVersion("${request.getPulumiVersionRange()}")`);
    },
  };
}
