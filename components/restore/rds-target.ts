import * as rds from "@pulumi/aws/rds/index.js";
import type * as pulumi from "@pulumi/pulumi";
import type { ProjectPlan } from "../../plan/protection-plan.ts";
import type { StackFacts } from "../stack-facts.ts";
import { rdsIdentifier } from "./rds-identifier.ts";
import { rdsSizing } from "./rds-sizing.ts";
import type { DeclaredTarget } from "./target-address.ts";
import { type TargetPurpose, targetOptions } from "./target-purpose.ts";

/** A new server at Amazon RDS, private and encrypted. */
export interface RdsTargetArgs {
  readonly kind: "rds";
  /** In two zones or more, of one VPC. */
  readonly subnetIds: readonly pulumi.Input<string>[];
  /** Lets in port 5432 from the restoring job alone. */
  readonly securityGroupIds: readonly pulumi.Input<string>[];
  /** Encrypts storage, snapshots and the master's password. */
  readonly keyArn: pulumi.Input<string>;
  /** Of the database that is made: a letter, then letters, digits and underscores, 63 at most. @default "restored" */
  readonly database?: string;
  /** Major version, that of the source or newer. @default 17 */
  readonly postgresMajor?: number;
  /** @default by `sizing.database` of the plan */
  readonly instanceClass?: string;
  /** A second server in another zone, for twice the price; it slows a restore down. @default false */
  readonly multiAz?: boolean;
}

export interface DeclaredRds extends DeclaredTarget {
  /** Of the secret in which RDS keeps the master's password, and changes it by itself. */
  readonly masterSecretArn: pulumi.Output<string>;
}

const MASTER = "holdfast_admin";
/** Days of RDS's own backups, where there are any. */
const BACKUP_DAYS = 7;

/**
 * Fewer checkpoints while rows come in, and more hands for each index; nothing that would be wrong after a cut-over.
 * RDS keeps the rest by the size of the instance.
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Appendix.PostgreSQL.CommonDBATasks.Parameters.html
 */
const PARAMETERS = [
  { name: "checkpoint_timeout", value: "1800" }, // seconds
  { name: "max_wal_size", value: "8192" }, // MB
  { name: "max_parallel_maintenance_workers", value: "4" },
  { name: "rds.force_ssl", value: "1" },
].map((parameter) => ({ ...parameter, applyMethod: "immediate" }));

/**
 * An RDS instance with an empty database. RDS itself makes the master's password, keeps it in Secrets Manager and
 * changes it: it is in no input and no state.
 */
export function declareRdsTarget(
  name: string,
  args: RdsTargetArgs,
  context: {
    readonly environment: string;
    readonly project: ProjectPlan;
    readonly purpose: TargetPurpose;
    readonly facts: StackFacts;
    readonly parent: pulumi.Resource;
  },
): DeclaredRds {
  const { environment, project, purpose, facts, parent } = context;
  const { postgresMajor = 17 } = args;
  const isDrill = purpose === "drill";
  const identifier = rdsIdentifier("holdfast", environment, project.name, purpose);
  const tags = {
    ...facts.tags,
    "holdfast:component": "RestoreTarget",
    "holdfast:project": project.name,
    "holdfast:purpose": purpose,
  };
  const options = { parent, ...targetOptions(purpose) };
  const subnets = new rds.SubnetGroup(
    `${name}-subnets`,
    {
      name: identifier,
      description: `Holdfast ${environment}: ${purpose} of ${project.name}`,
      subnetIds: [...args.subnetIds],
      tags,
    },
    options,
  );
  const parameters = new rds.ParameterGroup(
    `${name}-parameters`,
    {
      name: `${identifier}-${postgresMajor}`,
      family: `postgres${postgresMajor}`,
      description: `Holdfast ${environment}: ${purpose} of ${project.name}`,
      parameters: PARAMETERS,
      tags,
    },
    options,
  );
  const size = rdsSizing(project);
  const instance = new rds.Instance(
    `${name}-instance`,
    {
      identifier,
      engine: "postgres",
      engineVersion: String(postgresMajor),
      instanceClass: args.instanceClass ?? size.instanceClass,
      allocatedStorage: size.storageGiB,
      maxAllocatedStorage: size.longestStorageGiB,
      storageType: "gp3",
      storageEncrypted: true,
      kmsKeyId: args.keyArn,
      dbName: args.database ?? "restored",
      username: MASTER,
      manageMasterUserPassword: true,
      masterUserSecretKmsKeyId: args.keyArn,
      dbSubnetGroupName: subnets.name,
      vpcSecurityGroupIds: [...args.securityGroupIds],
      parameterGroupName: parameters.name,
      publiclyAccessible: false,
      multiAz: args.multiAz ?? false,
      backupRetentionPeriod: isDrill ? 0 : BACKUP_DAYS,
      deleteAutomatedBackups: isDrill,
      deletionProtection: !isDrill,
      skipFinalSnapshot: isDrill,
      ...(isDrill ? {} : { finalSnapshotIdentifier: `${identifier}-final` }),
      copyTagsToSnapshot: true,
      applyImmediately: true,
      tags,
    },
    options,
  );
  return {
    address: {
      host: instance.address,
      port: instance.port,
      database: instance.dbName,
      user: instance.username,
    },
    masterSecretArn: instance.masterUserSecrets.apply(([secret]) => secret?.secretArn ?? ""),
    resources: [instance],
  };
}
