import type { PolicyStatement } from "./policy-document.ts";
import type { RoleScope } from "./role-scope.ts";

/**
 * Takes recovery points. Of what it wrote it reads manifests and evidence alone, to finish what a dead run left; it
 * never reads chunks, opens what it encrypted, marks a point as verified, deletes, or gets past a lock.
 */
export function writerPolicy(scope: RoleScope): PolicyStatement[] {
  const manifests = scope.objects(["points/*/manifest.json"]);
  return [
    scope.listing(["points/*"]),
    scope.bucketChecks(),
    ...scope.writing([...scope.objects(["points/*"]), ...scope.evidenceObjects()]),
    {
      Sid: "ReadManifests",
      Effect: "Allow",
      Action: ["s3:GetObject", "s3:GetObjectTagging"],
      Resource: manifests,
    },
    ...scope.appendingEvidence(),
    ...scope.describingKeys(),
    ...scope.encrypting(),
    ...scope.throughS3({ write: true }),
  ];
}
