import * as pulumi from "@pulumi/pulumi";
import type { StackFacts } from "../stack-facts.ts";
import type { PolicyStatement } from "./policy-document.ts";

/**
 * What ECS itself needs to start a task: pull the image, open its log, put secrets into its environment.
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html
 */
export function executionPolicy(
  facts: StackFacts,
  environment: string,
  secretArns: readonly pulumi.Input<string>[],
): PolicyStatement[] {
  const own = (service: string, rest: string) =>
    pulumi.interpolate`arn:${facts.partition}:${service}:${facts.region}:${facts.accountId}:${rest}`;
  return [
    {
      Sid: "EnterRegistry",
      Effect: "Allow",
      Action: ["ecr:GetAuthorizationToken"],
      // It knows no resource.
      Resource: ["*"],
    },
    {
      Sid: "PullImage",
      Effect: "Allow",
      Action: ["ecr:BatchCheckLayerAvailability", "ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage"],
      Resource: [own("ecr", "repository/holdfast*")],
    },
    {
      Sid: "WriteLogs",
      Effect: "Allow",
      Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
      Resource: [own("logs", `log-group:/holdfast/${environment}*`)],
    },
    ...(secretArns.length === 0
      ? []
      : [
          {
            Sid: "ReadSecrets",
            Effect: "Allow" as const,
            Action: ["secretsmanager:GetSecretValue"],
            Resource: secretArns,
          },
        ]),
  ];
}
