import { z } from "zod";

const text = z.string().optional();
const number = z.number().int().optional();
const flag = z.boolean().default(false);

/** What a program may set. @see https://www.pulumi.com/registry/packages/aws/api-docs/rds/instance/ */
export const instanceShape = {
  identifier: text,
  engine: z.string(),
  engineVersion: text,
  instanceClass: z.string(),
  allocatedStorage: number,
  maxAllocatedStorage: number,
  storageType: text,
  storageEncrypted: flag,
  kmsKeyId: text,
  dbName: text,
  username: text,
  password: text,
  manageMasterUserPassword: z.literal(true).optional(),
  masterUserSecretKmsKeyId: text,
  port: number,
  availabilityZone: text,
  dbSubnetGroupName: text,
  vpcSecurityGroupIds: z.array(z.string()).optional(),
  publiclyAccessible: flag,
  multiAz: z.boolean().optional(),
  parameterGroupName: text,
  backupRetentionPeriod: number,
  backupWindow: text,
  maintenanceWindow: text,
  deletionProtection: flag,
  skipFinalSnapshot: flag,
  finalSnapshotIdentifier: text,
  deleteAutomatedBackups: z.boolean().default(true),
  copyTagsToSnapshot: flag,
  autoMinorVersionUpgrade: z.boolean().default(true),
  allowMajorVersionUpgrade: z.boolean().optional(),
  applyImmediately: flag,
  iamDatabaseAuthenticationEnabled: flag,
  performanceInsightsEnabled: flag,
  performanceInsightsKmsKeyId: text,
  performanceInsightsRetentionPeriod: number,
  enabledCloudwatchLogsExports: z.array(z.string()).optional(),
  caCertIdentifier: text,
};

/** The part of a request that creating and changing an instance share. */
export function settingsOf(inputs: z.infer<z.ZodObject<typeof instanceShape>>) {
  return {
    EngineVersion: inputs.engineVersion,
    DBInstanceClass: inputs.instanceClass,
    AllocatedStorage: inputs.allocatedStorage,
    MaxAllocatedStorage: inputs.maxAllocatedStorage,
    StorageType: inputs.storageType,
    MasterUserPassword: inputs.password,
    ManageMasterUserPassword: inputs.manageMasterUserPassword,
    MasterUserSecretKmsKeyId: inputs.masterUserSecretKmsKeyId,
    Port: inputs.port,
    DBSubnetGroupName: inputs.dbSubnetGroupName,
    VpcSecurityGroupIds: inputs.vpcSecurityGroupIds,
    PubliclyAccessible: inputs.publiclyAccessible,
    MultiAZ: inputs.multiAz,
    DBParameterGroupName: inputs.parameterGroupName,
    BackupRetentionPeriod: inputs.backupRetentionPeriod,
    PreferredBackupWindow: inputs.backupWindow,
    PreferredMaintenanceWindow: inputs.maintenanceWindow,
    DeletionProtection: inputs.deletionProtection,
    CopyTagsToSnapshot: inputs.copyTagsToSnapshot,
    AutoMinorVersionUpgrade: inputs.autoMinorVersionUpgrade,
    EnableIAMDatabaseAuthentication: inputs.iamDatabaseAuthenticationEnabled,
    EnablePerformanceInsights: inputs.performanceInsightsEnabled,
    PerformanceInsightsKMSKeyId: inputs.performanceInsightsKmsKeyId,
    PerformanceInsightsRetentionPeriod: inputs.performanceInsightsRetentionPeriod,
    CACertificateIdentifier: inputs.caCertIdentifier,
  };
}
