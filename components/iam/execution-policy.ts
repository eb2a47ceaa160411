import * as pulumi from "@pulumi/pulumi";
import type { StackFacts } from "../stack-facts.ts";
import type { PolicyStatement } from "./policy-document.ts";

/** An image in a registry of ECR. */
const ECR_IMAGE = /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?\/([^:@]+)/;

/**
 * What ECS itself needs to start a task: pull the image, open its log, put secrets into its environment.
 * @param image the plan's; that of the stack's own repository when absent
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html
 */
export function executionPolicy(
  facts: StackFacts,
  environment: string,
  secretArns: readonly pulumi.Input<string>[],
  image?: string,
): PolicyStatement[] {
  const own = (service: string, rest: string) =>
    pulumi.interpolate`arn:${facts.partition}:${service}:${facts.region}:${facts.accountId}:${rest}`;
  const [, registry, region, path] = ECR_IMAGE.exec(image ?? "") ?? [];
  const repository =
    image === undefined
      ? own("ecr", `repository/holdfast-${environment}`)
      : path && pulumi.interpolate`arn:${facts.partition}:ecr:${region}:${registry}:repository/${path}`;
  return [
    ...(repository === undefined ? [] : pulling(repository)),
    {
      Sid: "WriteLogs",
      Effect: "Allow",
      Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
      Resource: [own("logs", `log-group:/holdfast/${environment}/*`)],
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

function pulling(repository: pulumi.Input<string>): PolicyStatement[] {
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
      Resource: [repository],
    },
  ];
}
