import type { PolicyStatement } from "./policy-document.ts";
import type { RoleScope } from "./role-scope.ts";

/**
 * Mirrors stored objects. It reads and opens the mirror's index and run records, which say what is copied already;
 * never a mirrored object, nor anything of a recovery point.
 */
export function syncerPolicy(scope: RoleScope): PolicyStatement[] {
  const index = ["storage-index/*", "storage-runs/*"];
  return [
    scope.listing(["storage/*", ...index], { versions: true }),
    scope.bucketChecks(),
    ...scope.writing(
      [...scope.objects(["storage/*", ...index]), ...scope.evidenceObjects()],
      scope.mirrorLockDays,
    ),
    {
      Sid: "ReadTheIndex",
      Effect: "Allow",
      Action: ["s3:GetObject", "s3:GetObjectVersion"],
      Resource: scope.objects(index),
    },
    ...scope.appendingEvidence(),
    ...scope.describingKeys(),
    ...scope.encrypting(),
    ...scope.decrypting(["index/*", "run/*"]),
    ...scope.throughS3({ write: true }),
  ];
}
