import { waitUntilDBInstanceAvailable, waitUntilDBInstanceDeleted } from "@aws-sdk/client-rds";
import { awsResource } from "../aws-resource.ts";
import { asSet } from "../canonical.ts";
import { tagList, tagsOf } from "../tag-list.ts";
import { factsOf, inputsOf } from "./instance-outputs.ts";
import { instanceShape, settingsOf } from "./instance-settings.ts";
import { changeTags } from "./rds-tags.ts";

/** Longest time that AWS is given, as the real provider's, in seconds. */
const CREATE_SECONDS = 40 * 60;
const UPDATE_SECONDS = 80 * 60;
const DELETE_SECONDS = 60 * 60;

/** Its id is the resource id that AWS gives, which stays when it is renamed. */
export const instance = awsResource({
  type: "aws:rds/instance:Instance",
  inputs: instanceShape,
  replaces: ["engine", "dbName", "username", "storageEncrypted", "kmsKeyId", "availabilityZone"],
  computed: [
    ...([
      "engineVersion",
      "allocatedStorage",
      "storageType",
      "kmsKeyId",
      "port",
      "dbName",
      "username",
    ] as const),
    ...([
      "dbSubnetGroupName",
      "parameterGroupName",
      "vpcSecurityGroupIds",
      "multiAz",
      "caCertIdentifier",
    ] as const),
    ...(["backupRetentionPeriod", "backupWindow", "maintenanceWindow", "availabilityZone"] as const),
    ...(["performanceInsightsKmsKeyId", "performanceInsightsRetentionPeriod"] as const),
  ],
  unread: [
    ...(["password", "manageMasterUserPassword", "masterUserSecretKmsKeyId", "applyImmediately"] as const),
    ...(["allowMajorVersionUpgrade", "skipFinalSnapshot", "finalSnapshotIdentifier"] as const),
    "deleteAutomatedBackups",
  ],
  canonical: { vpcSecurityGroupIds: asSet, enabledCloudwatchLogsExports: asSet },
  unique: ["identifier"],
  autoName: { longest: 63, lowerCase: true },
  tagged: true,
  absent: ["DBInstanceNotFoundFault", "DBInstanceNotFound"],
  async create({ aws, inputs, tags, timeoutSeconds, exists }) {
    const client = await aws.client("rds");
    const { identifier: DBInstanceIdentifier = "" } = inputs;
    const { DBInstance } = await client.createDBInstance({
      ...settingsOf(inputs),
      DBInstanceIdentifier,
      ...{ Engine: inputs.engine, DBName: inputs.dbName, MasterUsername: inputs.username },
      ...{ StorageEncrypted: inputs.storageEncrypted, KmsKeyId: inputs.kmsKeyId },
      AvailabilityZone: inputs.availabilityZone,
      EnableCloudwatchLogsExports: inputs.enabledCloudwatchLogsExports,
      Tags: tagList(tags),
    });
    exists(DBInstance?.DbiResourceId ?? "");
    const bound = { client, maxWaitTime: timeoutSeconds || CREATE_SECONDS };
    await waitUntilDBInstanceAvailable(bound, { DBInstanceIdentifier });
    return DBInstance?.DbiResourceId ?? "";
  },
  async read({ aws, id, inputs }) {
    const rds = await aws.client("rds");
    const Filters = [{ Name: "dbi-resource-id", Values: [id] }];
    const { DBInstances = [] } = await rds.describeDBInstances({ Filters });
    const found = DBInstances.find(({ DbiResourceId }) => DbiResourceId === id);
    if (!found || found.DBInstanceStatus === "deleting") return undefined;
    return { ...inputsOf(found, inputs.engineVersion), ...factsOf(found), tagsAll: tagsOf(found.TagList) };
  },
  async update({ aws, inputs, outputs, changed, timeoutSeconds, ...tagging }) {
    const client = await aws.client("rds");
    if (changed("tags")) await changeTags(client, String(outputs.arn), tagging);
    const settings = Object.keys(instanceShape).filter((key) => changed(key as keyof typeof instanceShape));
    if (settings.length === 0) return;
    const isRenamed = inputs.identifier !== outputs.identifier;
    await client.modifyDBInstance({
      ...settingsOf(inputs),
      DBInstanceIdentifier: String(outputs.identifier),
      ...(isRenamed ? { NewDBInstanceIdentifier: inputs.identifier } : {}),
      ...(changed("enabledCloudwatchLogsExports") ? logExports(inputs, outputs) : {}),
      ...(changed("password", "manageMasterUserPassword") ? {} : { MasterUserPassword: undefined }),
      AllowMajorVersionUpgrade: inputs.allowMajorVersionUpgrade,
      ApplyImmediately: inputs.applyImmediately,
    });
    const bound = { client, maxWaitTime: timeoutSeconds || UPDATE_SECONDS };
    await waitUntilDBInstanceAvailable(bound, { DBInstanceIdentifier: inputs.identifier });
  },
  async delete({ aws, outputs, timeoutSeconds }) {
    const client = await aws.client("rds");
    const { identifier, skipFinalSnapshot, finalSnapshotIdentifier, deleteAutomatedBackups } = outputs;
    const isSkipped = skipFinalSnapshot === true;
    if (!isSkipped && !finalSnapshotIdentifier)
      throw new Error("finalSnapshotIdentifier is required when skipFinalSnapshot is false");
    const DBInstanceIdentifier = String(identifier);
    await client.deleteDBInstance({
      DBInstanceIdentifier,
      SkipFinalSnapshot: isSkipped,
      ...(isSkipped ? {} : { FinalDBSnapshotIdentifier: String(finalSnapshotIdentifier) }),
      DeleteAutomatedBackups: deleteAutomatedBackups !== false,
    });
    const bound = { client, maxWaitTime: timeoutSeconds || DELETE_SECONDS };
    await waitUntilDBInstanceDeleted(bound, { DBInstanceIdentifier });
  },
});

function logExports(
  { enabledCloudwatchLogsExports: after = [] }: { enabledCloudwatchLogsExports?: string[] | undefined },
  outputs: { readonly [key: string]: unknown },
) {
  const { enabledCloudwatchLogsExports: before } = outputs;
  const known = Array.isArray(before) ? before.map(String) : [];
  return {
    CloudwatchLogsExportConfiguration: {
      EnableLogTypes: after.filter((one) => !known.includes(one)),
      DisableLogTypes: known.filter((one) => !after.includes(one)),
    },
  };
}
