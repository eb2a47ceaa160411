import * as pulumi from "@pulumi/pulumi";
import type { PolicyStatement } from "./policy-document.ts";
import type { RoleScope } from "./role-scope.ts";

/**
 * Looks at what is stored: names, sizes and tags of everything, manifests and evidence. It writes evidence of its test
 * alerts and what it remembers from one look to the next, and opens nothing that a job has encrypted.
 */
export function watcherPolicy(scope: RoleScope): PolicyStatement[] {
  const memory = pulumi.interpolate`${scope.bucketArn}/reports/watch/*`;
  return [
    scope.listing(["*"], { versions: true, also: ["reports/*"] }),
    {
      Sid: "ReadManifests",
      Effect: "Allow",
      Action: ["s3:GetObject", "s3:GetObjectVersion", "s3:GetObjectTagging", "s3:GetObjectVersionTagging"],
      Resource: scope.objects(["points/*/manifest.json"]),
    },
    {
      Sid: "Remember",
      Effect: "Allow",
      Action: ["s3:GetObject", "s3:PutObject"],
      Resource: [memory],
    },
    ...scope.writing(scope.evidenceObjects()),
    ...scope.appendingEvidence(),
    ...scope.describingKeys(),
    ...scope.throughS3({ write: true }),
  ];
}
