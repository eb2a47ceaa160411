import type { Manifest } from "../../vault/manifest.ts";

/**
 * How to restore this point without Holdfast: written into every manifest, so that the way back never
 * depends on us. Each line is a shell command or a comment.
 *
 * @see https://docs.aws.amazon.com/encryption-sdk/latest/developer-guide/crypto-cli-reference.html
 */
export function publicToolsSteps(point: {
  readonly manifestKey: string;
  readonly bucket: string;
  readonly project: string;
  readonly id: string;
  readonly keys: Manifest["keys"];
}): string[] {
  const prefix = point.manifestKey.replace(/manifest\.json$/, "");
  const wrapping =
    point.keys.kms === undefined
      ? "# This point opens with the RSA escrow key alone: use any AWS Encryption SDK with a raw RSA keyring (namespace holdfast, name escrow, OAEP SHA-256)."
      : `# WRAP is --wrapping-keys provider=aws-kms key=${point.keys.kms}${
          point.keys.replicaKms === undefined ? "" : ` (or key=${point.keys.replicaKms})`
        }; with the RSA escrow key use any AWS Encryption SDK with a raw RSA keyring (namespace holdfast, name escrow, OAEP SHA-256).`;
  return [
    "# Needs: aws (S3 CLI), aws-encryption-cli, zstd, psql of the source's major version or newer, and an empty database in $TARGET_URL.",
    wrapping,
    `aws s3 cp --recursive s3://${point.bucket}/${prefix} point/`,
    `find point -type f ! -name manifest.json | while read -r f; do aws-encryption-cli --decrypt -S --wrapping-keys provider=aws-kms key=${point.keys.kms ?? "KEY"} --commitment-policy require-encrypt-require-decrypt --encryption-context project=${point.project} point=${point.id} --input "$f" --output - | zstd -d -q -o "$f.plain"; done`,
    'psql "$TARGET_URL" -f point/schema/roles.sql.plain   # roles that exist already only complain',
    'psql "$TARGET_URL" -v ON_ERROR_STOP=1 -f point/schema/pre-data.sql.plain',
    'psql "$TARGET_URL" -v ON_ERROR_STOP=1 -f point/schema/load.sql.plain   # run inside point/: COPY of every data chunk, in any order',
    'psql "$TARGET_URL" -v ON_ERROR_STOP=1 -f point/schema/sequences.sql.plain',
    'psql "$TARGET_URL" -v ON_ERROR_STOP=1 -f point/schema/large-objects.sql.plain   # only when the point has large objects',
    'psql "$TARGET_URL" -v ON_ERROR_STOP=1 -f point/schema/post-data.sql.plain',
  ];
}
