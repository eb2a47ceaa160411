import type { AwsResource } from "./aws-resource.ts";
import { compositeAlarm } from "./cloudwatch/composite-alarm.ts";
import { dashboard } from "./cloudwatch/dashboard.ts";
import { eventRule } from "./cloudwatch/event-rule.ts";
import { eventTarget } from "./cloudwatch/event-target.ts";
import { logGroup } from "./cloudwatch/log-group.ts";
import { logMetricFilter } from "./cloudwatch/log-metric-filter.ts";
import { metricAlarm } from "./cloudwatch/metric-alarm.ts";
import { eip } from "./ec2/eip.ts";
import { internetGateway } from "./ec2/internet-gateway.ts";
import { natGateway } from "./ec2/nat-gateway.ts";
import { route } from "./ec2/route.ts";
import { routeTable } from "./ec2/route-table.ts";
import { routeTableAssociation } from "./ec2/route-table-association.ts";
import { securityGroup } from "./ec2/security-group.ts";
import { subnet } from "./ec2/subnet.ts";
import { vpc } from "./ec2/vpc.ts";
import { vpcEndpoint } from "./ec2/vpc-endpoint.ts";
import { lifecyclePolicy } from "./ecr/lifecycle-policy.ts";
import { repository } from "./ecr/repository.ts";
import { cluster } from "./ecs/cluster.ts";
import { taskDefinition } from "./ecs/task-definition.ts";
import { role } from "./iam/role.ts";
import { rolePolicy } from "./iam/role-policy.ts";
import { alias } from "./kms/alias.ts";
import { key } from "./kms/key.ts";
import { instance } from "./rds/instance.ts";
import { parameterGroup } from "./rds/parameter-group.ts";
import { subnetGroup } from "./rds/subnet-group.ts";
import { bucket } from "./s3/bucket.ts";
import { bucketLifecycleConfiguration } from "./s3/bucket-lifecycle-configuration.ts";
import { bucketLogging } from "./s3/bucket-logging.ts";
import { bucketObjectLockConfiguration } from "./s3/bucket-object-lock-configuration.ts";
import { bucketOwnershipControls } from "./s3/bucket-ownership-controls.ts";
import { bucketPolicy } from "./s3/bucket-policy.ts";
import { bucketPublicAccessBlock } from "./s3/bucket-public-access-block.ts";
import { bucketReplicationConfig } from "./s3/bucket-replication-config.ts";
import { bucketServerSideEncryptionConfiguration } from "./s3/bucket-server-side-encryption-configuration.ts";
import { bucketVersioning } from "./s3/bucket-versioning.ts";
import { schedule } from "./scheduler/schedule.ts";
import { scheduleGroup } from "./scheduler/schedule-group.ts";
import { secret } from "./secretsmanager/secret.ts";
import { stateMachine } from "./sfn/state-machine.ts";
import { topic } from "./sns/topic.ts";
import { topicPolicy } from "./sns/topic-policy.ts";
import { topicSubscription } from "./sns/topic-subscription.ts";
import { queue } from "./sqs/queue.ts";
import { queuePolicy } from "./sqs/queue-policy.ts";

/** Every type of resource that is supported. */
export const ALL_RESOURCES: readonly AwsResource[] = [
  compositeAlarm,
  dashboard,
  eventRule,
  eventTarget,
  logGroup,
  logMetricFilter,
  metricAlarm,
  role,
  rolePolicy,
  alias,
  key,
  bucket,
  bucketLifecycleConfiguration,
  bucketLogging,
  bucketObjectLockConfiguration,
  bucketOwnershipControls,
  bucketPolicy,
  bucketPublicAccessBlock,
  bucketReplicationConfig,
  bucketServerSideEncryptionConfiguration,
  bucketVersioning,
  topic,
  topicPolicy,
  topicSubscription,
  queue,
  queuePolicy,
  eip,
  internetGateway,
  natGateway,
  route,
  routeTable,
  routeTableAssociation,
  securityGroup,
  subnet,
  vpc,
  vpcEndpoint,
  cluster,
  taskDefinition,
  instance,
  parameterGroup,
  subnetGroup,
  schedule,
  scheduleGroup,
  secret,
  stateMachine,
  lifecyclePolicy,
  repository,
];
