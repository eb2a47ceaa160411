import { z } from "zod";
import { field } from "./field.ts";
import { refuse } from "./refuse.ts";
import { type SecretReference, secretReference } from "./secret-reference.ts";
import { byteSize, text, uniqueList, wholeNumber } from "./texts.ts";
import { lockMode } from "./tiers.ts";

const bucketName = (what: string) =>
  text({
    text: what,
    example: "acme-prod-vault",
    range: "3 to 63 lower-case letters, digits, dots and hyphens, as S3 allows",
    form: /^(?!\d+\.\d+\.\d+\.\d+$)(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
  });

/** Regions of S3-compatible stores have names of their own; AWS's form is asked for where AWS is used. */
const region = (what: string) =>
  text({
    text: what,
    example: "eu-central-1",
    range: "a region such as eu-central-1",
    form: /^[A-Za-z0-9-]{2,40}$/,
  });

/** Hosts that no other network reaches: there, plain http gives nothing away that encryption does not cover. */
const PRIVATE_HOST =
  /^(?:localhost|127\.[\d.]+|10\.[\d.]+|192\.168\.[\d.]+|172\.(?:1[6-9]|2\d|3[01])\.[\d.]+|\[::1\]|[^.:]+|.+\.(?:local|internal))$/;

const endpoint = (what: string) => {
  const range = "an https URL without user and password; http on a private network";
  const schema = z.string().superRefine((value, context) => {
    const url = URL.canParse(value) ? new URL(value) : undefined;
    if (!url || !/^https?:$/.test(url.protocol))
      refuse(context, { bound: range, fix: "write https://s3.example.com" });
    else if (url.username || url.password) {
      refuse(context, {
        bound: range,
        fix: "remove the user: credentials come from the environment",
        shown: `${url.protocol}//***@${url.host}`,
      });
    } else if (url.protocol === "http:" && !PRIVATE_HOST.test(url.hostname)) {
      refuse(context, { bound: range, fix: `write https://${url.host}` });
    }
  });
  return field(schema, { text: what, range, example: "https://s3.example.com" });
};

const kmsKey = (what: string) =>
  text({
    text: what,
    example: "arn:aws:kms:eu-central-1:123456789012:alias/holdfast",
    range: "the ARN of a KMS key or alias, a key id, or alias/name",
    form: /^(?:arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:(?:key|alias)\/[\w/-]+|alias\/[\w/-]+|(?:mrk-)?[0-9a-f-]{32,40})$/,
  });

const ESCROW_RANGE = "a public RSA key in PEM (-----BEGIN PUBLIC KEY-----) or {file: path of one}";

const escrowPublicKey = () => {
  const schema = z.unknown().transform((value, context): string | { file: string } => {
    if (
      typeof value === "string" &&
      /^\s*-----BEGIN PUBLIC KEY-----[\s\S]+-----END PUBLIC KEY-----\s*$/.test(value)
    ) {
      return value;
    }
    if (
      value !== null &&
      typeof value === "object" &&
      Object.keys(value).join() === "file" &&
      "file" in value
    ) {
      if (typeof value.file === "string" && value.file.trim() !== "") return { file: value.file };
    }
    const secret = typeof value === "string" && /PRIVATE KEY/.test(value);
    refuse(context, {
      bound: ESCROW_RANGE,
      fix: secret
        ? "take the private key out of the plan and replace it, it is no longer secret; openssl pkey -in private.pem -pubout writes the public half"
        : "write {file: keys/escrow-public.pem}",
      ...(typeof value === "string" && {
        shown: secret ? "a private key (not shown)" : `a text of ${value.length} characters`,
      }),
    });
    return z.NEVER;
  });
  return field(schema, {
    text: "the offline key that opens every point when AWS is out of reach; its private half lives in a safe",
    range: ESCROW_RANGE,
    example: "{file: keys/escrow-public.pem}",
  });
};

const Signing = z
  .strictObject({
    kms: kmsKey("the signing key in KMS (ECC_NIST_P256)").optional(),
    privateKey: secretReference({
      text: "a private key in PEM",
      example: "{file: keys/signing.pem}",
    }).optional(),
  })
  .transform((value, context): { kms: string } | { privateKey: SecretReference } => {
    if (value.kms !== undefined && value.privateKey === undefined) return { kms: value.kms };
    if (value.privateKey !== undefined && value.kms === undefined) return { privateKey: value.privateKey };
    refuse(context, { bound: "either kms or privateKey", fix: "write {kms: alias/holdfast-evidence}" });
    return z.NEVER;
  });

/** The keys any one of which opens every point. */
const Keys = z.strictObject({
  kms: kmsKey("the key of the vault").optional(),
  replicaKms: kmsKey("the key in the replica region").optional(),
  escrowPublicKey: escrowPublicKey().optional(),
  signing: field(Signing, {
    text: "the key that signs evidence",
    range: "{kms: key} or {privateKey: secret reference}",
    example: "{kms: alias/holdfast-evidence}",
  }).optional(),
});

const Lock = z.strictObject({
  mode: lockMode("how recovery points are locked").default("compliance"),
  days: wholeNumber({
    text: "the longest time a point is locked; the longest retention when absent",
    example: "30",
    min: 0,
    max: 36_500,
  }).optional(),
});

const Budget = z
  .strictObject({
    storage: byteSize({ text: "storage set aside for the vault", example: "500 GiB" }).optional(),
    monthlyUsd: field(z.number().positive(), {
      text: "US dollars a month for protection",
      range: "a number above 0",
      example: "300",
    }).optional(),
  })
  .transform(({ storage, ...rest }) => ({
    ...rest,
    ...(storage !== undefined && { storageBytes: storage }),
  }));

/** Where recovery points live. */
export const Vault = z.strictObject({
  bucket: bucketName("the bucket of the vault"),
  region: region("the region of the vault"),
  replicaRegion: region("the region of the replica").optional(),
  replicaBucket: bucketName("the replica bucket; <bucket>-replica when absent").optional(),
  endpoint: endpoint("the address of an S3-compatible store; AWS when absent").optional(),
  kmsEndpoint: endpoint("the address of KMS; AWS when absent").optional(),
  lock: field(Lock, {
    text: "the object lock",
    range: "{mode, days}",
    example: "{mode: compliance}",
  }).prefault({}),
  keys: field(Keys, {
    text: "the keys any one of which opens every point",
    range: "{kms, replicaKms, escrowPublicKey, signing}",
    example: "{escrowPublicKey: {file: keys/escrow-public.pem}}",
  }),
  keyAdmins: uniqueList(
    text({
      text: "an IAM role or user",
      example: "arn:aws:iam::123456789012:role/break-glass",
      range: "the ARN of an IAM role or user",
      form: /^arn:aws[a-z-]*:iam::\d{12}:(?:role|user)\/[\w+=,.@/-]+$/,
    }),
    {
      text: "who may administer the keys: break-glass alone may disable or delete one",
      example: "[arn:aws:iam::123456789012:role/break-glass]",
      of: "ARNs",
    },
  ).default([]),
  budget: field(Budget, {
    text: "what protection may use; alerts come at 80 % of it",
    range: "{storage: size, monthlyUsd: n}",
    example: "{storage: 500 GiB, monthlyUsd: 300}",
  }).prefault({}),
});
export type Vault = z.output<typeof Vault>;
