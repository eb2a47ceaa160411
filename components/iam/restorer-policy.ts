import type { PolicyStatement } from "./policy-document.ts";
import type { RoleScope } from "./role-scope.ts";

/**
 * Restores and verifies, from the vault or its replica: reads and opens everything of the projects, marks points as
 * verified, appends evidence of it and notes which restore of a bucket is under way. It writes and deletes nothing
 * else.
 */
export function restorerPolicy(scope: RoleScope): PolicyStatement[] {
  const { buckets } = scope;
  const all = scope.objects(["*"], buckets);
  return [
    scope.listing(["*"], { versions: true, buckets }),
    {
      ...scope.bucketChecks(),
      Resource: buckets,
    },
    {
      Sid: "ReadEverything",
      Effect: "Allow",
      Action: [
        "s3:GetObject",
        "s3:GetObjectVersion",
        "s3:GetObjectTagging",
        "s3:GetObjectVersionTagging",
        "s3:GetObjectRetention",
      ],
      Resource: all,
    },
    {
      Sid: "MarkAsVerified",
      Effect: "Allow",
      Action: ["s3:PutObjectTagging", "s3:PutObjectVersionTagging"],
      Resource: scope.objects(["points/*"]),
    },
    ...scope.writing([...scope.objects(["storage-restores/*"]), ...scope.evidenceObjects()]),
    ...scope.appendingEvidence(),
    ...scope.describingKeys(),
    ...scope.decrypting(),
    ...scope.throughS3({ write: true, buckets }),
  ];
}
