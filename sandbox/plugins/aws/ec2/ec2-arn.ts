import type { Aws } from "../aws-resource-definition.ts";

/** The ARN of a resource of EC2. @param path such as `vpc/vpc-1` */
export async function ec2Arn(aws: Aws, path: string, owner: string | undefined): Promise<string> {
  return `arn:${aws.partition}:ec2:${aws.region}:${owner ?? (await aws.accountId())}:${path}`;
}
