import * as pulumi from "@pulumi/pulumi";
import type { PolicyStatement } from "./policy-document.ts";
import { restorerPolicy } from "./restorer-policy.ts";
import type { RoleScope } from "./role-scope.ts";

/**
 * Rehearses recoveries: what the restorer may, and the states of ephemeral stacks in the bucket that the plan names.
 * What a drill restores into it reaches by the secrets of its task, not by this role.
 * @param backend the plan's `drills.backend`
 */
export function drillerPolicy(scope: RoleScope, backend = ""): PolicyStatement[] {
  return [...restorerPolicy(scope), ...statesOfStacks(scope, backend)];
}

/** Pulumi keeps states as objects, and locks beside them that it deletes again. */
function statesOfStacks({ facts }: RoleScope, backend: string): PolicyStatement[] {
  const [, bucket, path = ""] = /^s3:\/\/([^/?]+)\/?([^?]*?)\/?(?:\?|$)/.exec(backend) ?? [];
  if (bucket === undefined) return [];
  const arn = pulumi.interpolate`arn:${facts.partition}:s3:::${bucket}`;
  const below = path === "" ? "" : `${path}/`;
  return [
    { Sid: "FindStates", Effect: "Allow", Action: ["s3:ListBucket"], Resource: [arn] },
    {
      Sid: "KeepStates",
      Effect: "Allow",
      Action: ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"],
      Resource: [pulumi.interpolate`${arn}/${below}.pulumi/*`],
    },
  ];
}
