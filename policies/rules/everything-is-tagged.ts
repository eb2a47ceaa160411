import { rule } from "../support/rule.ts";

const TAGGABLE = [
  "aws:s3/bucket:Bucket",
  "aws:kms/key:Key",
  "aws:iam/role:Role",
  "aws:sns/topic:Topic",
  "aws:sqs/queue:Queue",
  "aws:cloudwatch/metricAlarm:MetricAlarm",
  "aws:cloudwatch/compositeAlarm:CompositeAlarm",
  "aws:cloudwatch/logGroup:LogGroup",
  "aws:cloudwatch/eventRule:EventRule",
  "aws:secretsmanager/secret:Secret",
  "aws:scheduler/scheduleGroup:ScheduleGroup",
  "aws:ecs/cluster:Cluster",
  "aws:ecs/taskDefinition:TaskDefinition",
  "aws:ecr/repository:Repository",
  "aws:ec2/vpc:Vpc",
  "aws:ec2/subnet:Subnet",
  "aws:ec2/securityGroup:SecurityGroup",
  "aws:ec2/vpcEndpoint:VpcEndpoint",
  "aws:sfn/stateMachine:StateMachine",
  "aws:rds/instance:Instance",
];
const TAGS = ["holdfast:environment", "holdfast:component"];

/** Who finds a resource must be able to tell what made it, and what for. */
export const everythingIsTagged = rule(
  "everything-is-tagged",
  "What can carry tags says which environment and component it belongs to.",
  TAGGABLE,
  ({ props }) => {
    const missing = TAGS.filter((tag) => !props.tags?.[tag]);
    return missing.length === 0 ? [] : [`add the tags ${missing.join(" and ")}`];
  },
);
