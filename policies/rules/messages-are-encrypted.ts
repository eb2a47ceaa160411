import { rule, unless } from "../support/rule.ts";

/** Alerts and failed jobs name projects, people and errors. */
export const messagesAreEncrypted = rule(
  "messages-are-encrypted",
  "Topics and queues are encrypted at rest.",
  ["aws:sns/topic:Topic", "aws:sqs/queue:Queue"],
  ({ type, props }) =>
    type === "aws:sns/topic:Topic"
      ? unless([Boolean(props.kmsMasterKeyId), "set `kmsMasterKeyId`"])
      : unless([
          props.sqsManagedSseEnabled === true || Boolean(props.kmsMasterKeyId),
          "set `sqsManagedSseEnabled: true` or `kmsMasterKeyId`",
        ]),
);
