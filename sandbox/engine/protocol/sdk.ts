import grpc from "@grpc/grpc-js";
import analyzerServices from "@pulumi/pulumi/proto/analyzer_grpc_pb.js";
import analyzerMessages from "@pulumi/pulumi/proto/analyzer_pb.js";
import engineServices from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import engineMessages from "@pulumi/pulumi/proto/engine_pb.js";
import eventServices from "@pulumi/pulumi/proto/events_grpc_pb.js";
import eventMessages from "@pulumi/pulumi/proto/events_pb.js";
import languageServices from "@pulumi/pulumi/proto/language_grpc_pb.js";
import languageMessages from "@pulumi/pulumi/proto/language_pb.js";
import providerServices from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import providerMessages from "@pulumi/pulumi/proto/provider_pb.js";
import resourceServices from "@pulumi/pulumi/proto/resource_grpc_pb.js";
import resourceMessages from "@pulumi/pulumi/proto/resource_pb.js";
import statusMessages from "@pulumi/pulumi/proto/status_pb.js";
import emptyMessages from "google-protobuf/google/protobuf/empty_pb.js";
import structMessages from "google-protobuf/google/protobuf/struct_pb.js";

// The SDK's CommonJS modules carry no names that Node can see, so they come as default imports, gathered here.
export {
  analyzerMessages,
  analyzerServices,
  emptyMessages,
  engineMessages,
  engineServices,
  eventMessages,
  eventServices,
  grpc,
  languageMessages,
  languageServices,
  providerMessages,
  providerServices,
  resourceMessages,
  resourceServices,
  statusMessages,
  structMessages,
};

/**
 * Messages hold whole states of resources, so neither side bounds them. A client has a connection of its own: a shared
 * one may be left from a server that has ended, and would fail the first calls to the next server at its port.
 */
export const CHANNEL_OPTIONS = {
  "grpc.use_local_subchannel_pool": 1,
  "grpc.max_receive_message_length": -1,
  "grpc.max_send_message_length": -1,
} as const;
