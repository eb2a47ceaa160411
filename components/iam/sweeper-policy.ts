import type { PolicyStatement } from "./policy-document.ts";
import type { RoleScope } from "./role-scope.ts";

/**
 * Clears what dead runs left below the projects' points. To see a version's lock takes the right to read its
 * encrypted bytes; it may open none. Locked versions stay: it cannot get past a lock.
 */
export function sweeperPolicy(scope: RoleScope): PolicyStatement[] {
  return [
    scope.listing(["points/*"], { versions: true }),
    {
      Sid: "SeeUnfinishedUploads",
      Effect: "Allow",
      Action: ["s3:ListBucketMultipartUploads"],
      Resource: [scope.bucketArn],
    },
    {
      Sid: "ClearLitter",
      Effect: "Allow",
      Action: [
        "s3:GetObject",
        "s3:GetObjectVersion",
        "s3:GetObjectTagging",
        "s3:GetObjectRetention",
        "s3:ListMultipartUploadParts",
        "s3:AbortMultipartUpload",
        "s3:DeleteObject",
        "s3:DeleteObjectVersion",
      ],
      Resource: scope.objects(["points/*"]),
    },
  ];
}
