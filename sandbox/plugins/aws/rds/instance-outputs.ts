import type { DBInstance } from "@aws-sdk/client-rds";

/**
 * What a program may set, as AWS has it.
 * @param asked the version that the program names: often the major one alone, where AWS tells the minor one, too
 */
export function inputsOf(found: DBInstance, asked: string | undefined): object {
  const { EngineVersion: version = "" } = found;
  return {
    identifier: found.DBInstanceIdentifier,
    engine: found.Engine,
    engineVersion: asked && version.startsWith(`${asked}.`) ? asked : version,
    instanceClass: found.DBInstanceClass,
    allocatedStorage: found.AllocatedStorage,
    maxAllocatedStorage: found.MaxAllocatedStorage,
    storageType: found.StorageType,
    storageEncrypted: found.StorageEncrypted,
    kmsKeyId: found.KmsKeyId,
    dbName: found.DBName,
    username: found.MasterUsername,
    port: found.Endpoint?.Port ?? found.DbInstancePort,
    availabilityZone: found.AvailabilityZone,
    dbSubnetGroupName: found.DBSubnetGroup?.DBSubnetGroupName,
    vpcSecurityGroupIds: found.VpcSecurityGroups?.map(({ VpcSecurityGroupId }) => VpcSecurityGroupId),
    publiclyAccessible: found.PubliclyAccessible,
    multiAz: found.MultiAZ,
    parameterGroupName: found.DBParameterGroups?.[0]?.DBParameterGroupName,
    backupRetentionPeriod: found.BackupRetentionPeriod,
    backupWindow: found.PreferredBackupWindow,
    maintenanceWindow: found.PreferredMaintenanceWindow?.toLowerCase(),
    deletionProtection: found.DeletionProtection,
    copyTagsToSnapshot: found.CopyTagsToSnapshot,
    autoMinorVersionUpgrade: found.AutoMinorVersionUpgrade,
    iamDatabaseAuthenticationEnabled: found.IAMDatabaseAuthenticationEnabled,
    performanceInsightsEnabled: found.PerformanceInsightsEnabled,
    performanceInsightsKmsKeyId: found.PerformanceInsightsKMSKeyId,
    performanceInsightsRetentionPeriod: found.PerformanceInsightsRetentionPeriod,
    enabledCloudwatchLogsExports: found.EnabledCloudwatchLogsExports,
    caCertIdentifier: found.CACertificateIdentifier,
  };
}

/** What AWS alone knows. */
export function factsOf({ Endpoint: endpoint, MasterUserSecret: secret, ...found }: DBInstance): object {
  return {
    engineVersionActual: found.EngineVersion,
    address: endpoint?.Address,
    endpoint: endpoint && `${endpoint.Address}:${endpoint.Port}`,
    hostedZoneId: endpoint?.HostedZoneId,
    masterUserSecrets: secret
      ? [{ secretArn: secret.SecretArn, secretStatus: secret.SecretStatus, kmsKeyId: secret.KmsKeyId }]
      : [],
    resourceId: found.DbiResourceId,
    status: found.DBInstanceStatus,
    arn: found.DBInstanceArn,
  };
}
