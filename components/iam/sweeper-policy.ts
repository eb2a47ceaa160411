import type { PolicyStatement } from "./policy-document.ts";
import type { RoleScope } from "./role-scope.ts";

const END_UPLOADS = ["s3:ListMultipartUploadParts", "s3:AbortMultipartUpload"] as const;

/**
 * Clears what dead runs left: of points, and of the mirrors' index; what is stored of a bucket's objects stays. To see
 * a version's lock takes the right to read its encrypted bytes; it may open none. Locked versions stay: it cannot get
 * past a lock.
 */
export function sweeperPolicy(scope: RoleScope): PolicyStatement[] {
  return [
    scope.listing(["points/*", "storage/*", "storage-index/*", "storage-runs/*"], { versions: true }),
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
        ...END_UPLOADS,
        "s3:DeleteObject",
        "s3:DeleteObjectVersion",
      ],
      Resource: scope.objects(["points/*", "storage-index/*"]),
    },
    {
      Sid: "EndUploadsOfMirrors",
      Effect: "Allow",
      Action: END_UPLOADS,
      Resource: scope.objects(["storage/*", "storage-runs/*"]),
    },
    {
      Sid: "SeeWhichRunsEnded",
      Effect: "Allow",
      Action: ["s3:GetObject", "s3:GetObjectVersion"],
      Resource: scope.objects(["storage-runs/*"]),
    },
  ];
}
