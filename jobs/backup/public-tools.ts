import { ESCROW_NAMESPACE } from "../../vault/keyring.ts";
import { pointPrefix } from "../../vault/layout.ts";
import type { UnsealedManifest } from "../../vault/manifest.ts";
import { mirrorPrefix } from "../../vault/mirror/mirror-layout.ts";

type Described = Pick<
  UnsealedManifest,
  "project" | "tier" | "id" | "keys" | "chunks" | "tool" | "source" | "storage"
>;

/**
 * How to restore this point without Holdfast: written into every manifest, so that the way back never depends on us.
 * The lines are one bash script, which a test runs as it is.
 *
 * @see https://docs.aws.amazon.com/encryption-sdk/latest/developer-guide/crypto-cli-reference.html
 */
export function publicToolsSteps(bucket: string, point: Described): string[] {
  const { supabase } = point.source;
  return [
    `# Restores ${point.id} of ${point.project} with public tools alone: run all lines by bash in an empty folder.`,
    `# Needs aws, python3, zstd and psql ${point.tool.pgDump} or newer. PGHOST, PGPORT, PGUSER, PGPASSWORD and PGDATABASE name an empty database${
      supabase ? " of a new project, for the user postgres." : ", for a superuser."
    }`,
    ...whatOpens(point),
    "# A store or KMS other than AWS: export AWS_ENDPOINT_URL_S3 and AWS_ENDPOINT_URL_KMS first.",
    "set -e -o pipefail",
    `aws s3 cp --recursive --only-show-errors ${quote(`s3://${bucket}/${pointPrefix(point.project, point.tier, point.id)}`)} sealed`,
    "mv sealed/manifest.json manifest.json",
    `python3 -c 'import json; [print(c["sha256"] + "  sealed/" + c["path"]) for c in json.load(open("manifest.json"))["chunks"]]' | sha256sum --quiet -c -`,
    'if [ -n "$ESCROW_KEY" ]; then',
    ...openByEscrow(point),
    "else",
    ...openByKms(point),
    "fi",
    "find plain -name '*.zst' -exec zstd -d -q --rm {} +",
    "cd plain",
    ...load(point),
    ...storedObjects(bucket, point),
  ];
}

function whatOpens({ keys }: Described): string[] {
  const byKms = "# Opens by AWS KMS with aws-encryption-cli (PyPI: aws-encryption-sdk-cli).";
  const byEscrow =
    "# Opens by the escrow key with the PyPI package aws-encryption-sdk: ESCROW_KEY names the file of its private key (PEM).";
  return [
    ...(keys.kms === undefined ? [] : [byKms]),
    ...(keys.escrowFingerprint === undefined ? [] : [byEscrow]),
  ];
}

/** One process for all files: starting one for each would take longer than opening them. */
function openByKms({ keys, project, id }: Described): string[] {
  if (keys.kms === undefined)
    return ["  echo 'Set ESCROW_KEY: this point has no key of KMS.' >&2", "  exit 1"];
  const names = [keys.kms, keys.replicaKms].flatMap((key) => (key === undefined ? [] : quote(`key=${key}`)));
  return [
    "  mkdir plain",
    `  aws-encryption-cli --decrypt --recursive --suppress-metadata --input sealed --output plain --suffix .zst --commitment-policy require-encrypt-require-decrypt --encryption-context ${quote(`project=${project}`)} ${quote(`point=${id}`)} --wrapping-keys provider=aws-kms ${names.join(" ")}`,
  ];
}

/** The command line tool knows no RSA keys of one's own; its library does. */
function openByEscrow({ keys, project, id }: Described): string[] {
  if (keys.escrowFingerprint === undefined) return ["  echo 'This point has no escrow key.' >&2", "  exit 1"];
  return [
    "python3 - <<'PYTHON'",
    "import os, pathlib, shutil",
    "from aws_encryption_sdk import CommitmentPolicy, EncryptionSDKClient",
    "from aws_encryption_sdk.identifiers import EncryptionKeyType, WrappingAlgorithm",
    "from aws_encryption_sdk.internal.crypto.wrapping_keys import WrappingKey",
    "from aws_encryption_sdk.key_providers.raw import RawMasterKeyProvider",
    "class Escrow(RawMasterKeyProvider):",
    `    provider_id = ${JSON.stringify(ESCROW_NAMESPACE)}`,
    "    def _get_raw_key(self, key_id):",
    '        pem = open(os.environ["ESCROW_KEY"], "rb").read()',
    "        return WrappingKey(WrappingAlgorithm.RSA_OAEP_SHA256_MGF1, pem, EncryptionKeyType.PRIVATE)",
    "escrow = Escrow()",
    `escrow.add_master_key(${JSON.stringify(keys.escrowFingerprint)})`,
    "client = EncryptionSDKClient(commitment_policy=CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT)",
    'for sealed in [path for path in pathlib.Path("sealed").rglob("*") if path.is_file()]:',
    '    chunk = str(sealed.relative_to("sealed"))',
    '    plain = pathlib.Path("plain", chunk + ".zst")',
    "    plain.parent.mkdir(parents=True, exist_ok=True)",
    `    place = {"project": ${JSON.stringify(project)}, "point": ${JSON.stringify(id)}, "chunk": chunk}`,
    '    with sealed.open("rb") as source, plain.open("wb") as target:',
    '        with client.stream(mode="d", source=source, key_provider=escrow) as opened:',
    "            shutil.copyfileobj(opened, target, 1 << 20)",
    "            if not place.items() <= opened.header.encryption_context.items():",
    '                raise SystemExit(chunk + " is not in its place")',
    "PYTHON",
  ];
}

function load({ chunks, source: { supabase } }: Described): string[] {
  const run = "psql -X -q -o /dev/null";
  const stopping = `${run} -v ON_ERROR_STOP=1`;
  // What the platform owns already is refused there, which is no harm.
  const schema = supabase ? run : stopping;
  const file = (command: string, kind: Described["chunks"][number]["kind"]) =>
    chunks.flatMap((chunk) => (chunk.kind === kind ? [`${command} -f ${chunk.path}`] : []));
  return [
    "# Roles that exist already only complain; passwords are not part of a point.",
    ...file(run, "roles"),
    // A new project opens every new table to its API; the dump's own default privileges follow at its end.
    ...(supabase ? ["TABLES", "FUNCTIONS", "SEQUENCES"] : []).map(
      (objects) =>
        `${run} -c 'ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON ${objects} FROM postgres, anon, authenticated, service_role'`,
    ),
    ...file(schema, "pre-data"),
    ...chunks.flatMap((chunk) => (chunk.kind === "load" ? [`sh ${chunk.path} | ${stopping}`] : [])),
    ...file(stopping, "sequences"),
    ...file(stopping, "large-objects"),
    ...file(schema, "post-data"),
    ...file(run, "platform-additions"),
    ...file(run, "database"),
  ];
}

/** Where the bytes of stored objects are: the point lists them, the mirror holds them. */
function storedObjects(vaultBucket: string, { project, storage = [] }: Described): string[] {
  return storage.flatMap(({ bucket, chunk, objects }) => {
    const place = JSON.stringify(`s3://${vaultBucket}/${mirrorPrefix(project, bucket)}`);
    const context = ["project", project, "point", `storage/${bucket}`, "chunk", "storage-object"];
    return [
      `# ${chunk} lists the ${objects} objects of bucket ${JSON.stringify(bucket)}, a line of JSON each. The bytes of each are below ${place}, at`,
      "# <its first 2 digits>/<SHA-256 of the name, 64 hex digits>, in the version whose metadata holdfast-version is the line's version.",
      `# They open like the chunks, with ${JSON.stringify(context)} as names and values of the context, and are not compressed.`,
    ];
  });
}

/** One word for a shell, whatever it holds. */
function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
