import { appendFileSync } from "node:fs";
import type { ClientWritableStream } from "@grpc/grpc-js";
import type { EventRequest } from "@pulumi/pulumi/proto/events_pb.js";
import { unsupported } from "../engine-error.ts";
import { CHANNEL_OPTIONS, eventMessages, eventServices, grpc } from "../protocol/sdk.ts";
import type { EngineEvent } from "./engine-events.ts";

/** Where a run tells its events, in order. */
export interface EventLog {
  emit(event: EngineEvent): void;
  /** Resolves when the listener has got them all. */
  close(): Promise<void>;
}

/**
 * @param target of `--event-log`: `tcp://host:port` of the Automation API's listener, or a file
 * @throws EngineError for any other address
 */
export function openEventLog(target: string | undefined): EventLog {
  if (target === undefined) return { emit: () => undefined, close: async () => undefined };
  let sequence = 0;
  const numbered = (event: EngineEvent): string =>
    JSON.stringify({ sequence: sequence++, timestamp: Math.floor(Date.now() / 1000), ...event });
  if (target.startsWith("tcp://")) return streamTo(target.slice("tcp://".length), numbered);
  if (target.includes("://")) throw unsupported(`--event-log ${target.split(":")[0]}://`);
  return {
    emit: (event) => appendFileSync(target, `${numbered(event)}\n`),
    close: async () => undefined,
  };
}

function streamTo(address: string, numbered: (event: EngineEvent) => string): EventLog {
  const client = new eventServices.EventsClient(address, grpc.credentials.createInsecure(), CHANNEL_OPTIONS);
  let stream: ClientWritableStream<EventRequest> | undefined;
  const received = new Promise<void>((resolve) => {
    // A listener that went away must not fail the run that it listened to.
    stream = client.streamEvents(() => resolve());
  });
  return {
    emit: (event) => {
      const request = new eventMessages.EventRequest();
      request.setEvent(numbered(event));
      stream?.write(request);
    },
    close: async () => {
      stream?.end();
      await received;
      client.close();
    },
  };
}
