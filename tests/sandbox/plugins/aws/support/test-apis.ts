import { CloudWatch } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import { EventBridge } from "@aws-sdk/client-eventbridge";
import { IAM } from "@aws-sdk/client-iam";
import { KMS } from "@aws-sdk/client-kms";
import { S3 } from "@aws-sdk/client-s3";
import { SNS } from "@aws-sdk/client-sns";
import { SQS } from "@aws-sdk/client-sqs";
import { getAws } from "../../../../support/servers.ts";

/** The APIs themselves, for looking and for changing things behind the stack's back. */
export interface TestApis {
  readonly cloudwatch: CloudWatch;
  readonly events: EventBridge;
  readonly iam: IAM;
  readonly kms: KMS;
  readonly logs: CloudWatchLogs;
  readonly s3: S3;
  readonly sns: SNS;
  readonly sqs: SQS;
}

export async function openTestApis(): Promise<TestApis> {
  const { endpoint, region } = await getAws();
  const settings = { endpoint, region };
  return {
    cloudwatch: new CloudWatch(settings),
    events: new EventBridge(settings),
    iam: new IAM(settings),
    kms: new KMS(settings),
    logs: new CloudWatchLogs(settings),
    s3: new S3({ ...settings, forcePathStyle: true }),
    sns: new SNS(settings),
    sqs: new SQS(settings),
  };
}

export function closeTestApis(apis: TestApis): void {
  for (const api of Object.values(apis)) api.destroy();
}
