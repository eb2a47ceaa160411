import assert from "node:assert/strict";
import {
  AbortMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectRetentionCommand,
  PutObjectTaggingCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { type CheckedAws, startCheckedAws } from "../../support/access-checks.ts";
import { Declared, type Statement, smallPlan } from "../support/protection.ts";

const BUCKET = "holdfast-test";
const POINT = "orders/points/nightly/nightly_20260101_020000";
const CHUNK = `${POINT}/data/public.orders/0`;
const MANIFEST = `${POINT}/manifest.json`;
const EVIDENCE = "evidence/test/0000000001.json";
const MIRRORED = "orders/storage/photos/ab/abcd";
const INDEX = "orders/storage-index/photos/run/000000";
const RUN = "orders/storage-runs/photos/0000000001";
const STRANGER = "billing/points/nightly/nightly_20260101_020000/data/public.bills/0";
const KEYS = [CHUNK, MANIFEST, EVIDENCE, MIRRORED, INDEX, RUN, STRANGER];

/**
 * The roles' own policies, as declared, held by users whom moto allows what a statement allows. It knows actions and
 * resources. It does not enforce, nor does any emulator here: conditions (prefixes of listings, lengths of locks,
 * encryption contexts, second factors), which `role-policies.test.ts` judges by AWS's written rules; policies of
 * buckets and keys; permissions of KMS on single keys; the right to lock beside the right to write. `HeadBucket` it
 * takes for an action of its own, which AWS does not.
 */
describe("the roles' policies, on a server that checks them", () => {
  let aws: CheckedAws;
  const users = new Map<string, S3Client>();

  before(async function () {
    this.timeout(120_000);
    aws = await startCheckedAws();
    await aws.admin.send(new CreateBucketCommand({ Bucket: BUCKET, ObjectLockEnabledForBucket: true }));
    for (const Key of KEYS) await aws.admin.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: "x" }));
    const declared = await Declared.of(smallPlan());
    for (const role of ["writer", "syncer", "restorer", "auditor", "sweeper", "watcher", "driller"]) {
      const statements = declared.statements(`roles-${role}-policy`).map(withoutCondition);
      const policy = JSON.stringify({ Version: "2012-10-17", Statement: statements });
      users.set(role, await aws.userWith(role, policy));
    }
    await aws.checkAccess(true);
  });

  after(async () => {
    await aws?.checkAccess(false);
    aws?.close();
  });

  const of = (Key: string) => ({ Bucket: BUCKET, Key });
  const calls = {
    list: (s3: S3Client) => s3.send(new ListObjectsV2Command({ Bucket: BUCKET, Prefix: "orders/points/" })),
    listVersions: (s3: S3Client) =>
      s3.send(new ListObjectVersionsCommand({ Bucket: BUCKET, Prefix: "orders/points/" })),
    seeVersioning: (s3: S3Client) => s3.send(new GetBucketVersioningCommand({ Bucket: BUCKET })),
    suspend: (s3: S3Client) =>
      s3.send(
        new PutBucketVersioningCommand({ Bucket: BUCKET, VersioningConfiguration: { Status: "Suspended" } }),
      ),
    setPolicy: (s3: S3Client) => s3.send(new PutBucketPolicyCommand({ Bucket: BUCKET, Policy: "{}" })),
    read: (key: string) => (s3: S3Client) => s3.send(new GetObjectCommand(of(key))),
    write: (key: string) => (s3: S3Client) => s3.send(new PutObjectCommand({ ...of(key), Body: "y" })),
    remove: (key: string) => (s3: S3Client) => s3.send(new DeleteObjectCommand(of(key))),
    seeTags: (key: string) => (s3: S3Client) => s3.send(new GetObjectTaggingCommand(of(key))),
    tag: (key: string) => (s3: S3Client) =>
      s3.send(
        new PutObjectTaggingCommand({
          ...of(key),
          Tagging: { TagSet: [{ Key: "verified", Value: "true" }] },
        }),
      ),
    lock: (key: string) => (s3: S3Client) =>
      s3.send(
        new PutObjectRetentionCommand({
          ...of(key),
          Retention: { Mode: "GOVERNANCE", RetainUntilDate: new Date("2040-01-01T00:00:00Z") },
        }),
      ),
    multipart: (key: string) => async (s3: S3Client) => {
      const { UploadId } = await s3.send(new CreateMultipartUploadCommand(of(key)));
      await s3.send(new AbortMultipartUploadCommand({ ...of(key), UploadId }));
    },
  };
  type Call = (s3: S3Client) => Promise<unknown>;

  async function answersOf(
    role: string,
    asked: Readonly<Record<string, Call>>,
  ): Promise<Record<string, string>> {
    const s3 = users.get(role);
    assert.ok(s3);
    const answers: Record<string, string> = {};
    for (const [what, call] of Object.entries(asked)) {
      answers[what] = await call(s3).then(
        () => "allowed",
        (error: Error) =>
          error.name === "AccessDenied" ? "refused" : `failed: ${error.name} ${error.message}`,
      );
    }
    return answers;
  }

  /** Each call of the left is allowed, each of the right refused. */
  async function assertAllows(
    role: string,
    allowed: Readonly<Record<string, Call>>,
    refused: Readonly<Record<string, Call>>,
  ): Promise<void> {
    const expected = {
      ...Object.fromEntries(Object.keys(allowed).map((what) => [what, "allowed"])),
      ...Object.fromEntries(Object.keys(refused).map((what) => [what, "refused"])),
    };
    assert.deepEqual(await answersOf(role, { ...allowed, ...refused }), expected);
  }

  const never = {
    "suspend versioning": calls.suspend,
    "set the bucket's policy": calls.setPolicy,
    "delete evidence": calls.remove(EVIDENCE),
    "delete a mirrored object": calls.remove(MIRRORED),
    "write a stranger's point": calls.write(STRANGER),
    "write a report": calls.write("reports/x.html"),
  };
  const noDeletion = {
    ...never,
    "delete a chunk": calls.remove(CHUNK),
    "delete a manifest": calls.remove(MANIFEST),
  };

  it("let the writer write points, and neither read chunks, nor delete, nor verify", async () => {
    await assertAllows(
      "writer",
      {
        list: calls.list,
        "see versioning": calls.seeVersioning,
        "write a chunk": calls.write(`${POINT}/data/public.orders/1`),
        "upload in parts": calls.multipart(`${POINT}/data/public.orders/2`),
        "write a manifest": calls.write(MANIFEST),
        "lock a chunk": calls.lock(CHUNK),
        "append evidence": calls.write("evidence/test/0000000002.json"),
        "read evidence": calls.read(EVIDENCE),
        "read a manifest": calls.read(MANIFEST),
        "see a manifest's tags": calls.seeTags(MANIFEST),
      },
      {
        ...noDeletion,
        "read a chunk": calls.read(CHUNK),
        "read a mirrored object": calls.read(MIRRORED),
        "read a stranger's chunk": calls.read(STRANGER),
        "list versions": calls.listVersions,
        "mark as verified": calls.tag(CHUNK),
        "write into a mirror": calls.write(MIRRORED),
        "write another environment's evidence": calls.write("evidence/prod/0000000001.json"),
      },
    );
  });

  it("let the syncer write mirrors and read their index, and nothing of points", async () => {
    await assertAllows(
      "syncer",
      {
        "list versions": calls.listVersions,
        "mirror an object": calls.write(MIRRORED),
        "mirror in parts": calls.multipart(MIRRORED),
        "write the index": calls.write(INDEX),
        "read the index": calls.read(INDEX),
        "append evidence": calls.write("evidence/test/0000000003.json"),
      },
      {
        ...noDeletion,
        "read a mirrored object": calls.read(MIRRORED),
        "read a chunk": calls.read(CHUNK),
        "read a manifest": calls.read(MANIFEST),
        "write a chunk": calls.write(CHUNK),
        "lock a chunk": calls.lock(CHUNK),
      },
    );
  });

  it("let the restorer read everything of the projects and verify, and write nothing but evidence and notes", async () => {
    await assertAllows(
      "restorer",
      {
        "list versions": calls.listVersions,
        "read a chunk": calls.read(CHUNK),
        "read a manifest": calls.read(MANIFEST),
        "read a mirrored object": calls.read(MIRRORED),
        "mark as verified": calls.tag(CHUNK),
        "append evidence": calls.write("evidence/test/0000000004.json"),
        "note a restore": calls.write("orders/storage-restores/photos/1"),
      },
      {
        ...noDeletion,
        "write a chunk": calls.write(CHUNK),
        "write a manifest": calls.write(MANIFEST),
        "lock a chunk": calls.lock(CHUNK),
        "tag a mirrored object": calls.tag(MIRRORED),
        "read a stranger's chunk": calls.read(STRANGER),
      },
    );
  });

  it("let the auditor see settings, names, tags, manifests and evidence, and no data", async () => {
    await assertAllows(
      "auditor",
      {
        "list versions": calls.listVersions,
        "see versioning": calls.seeVersioning,
        "see tags": calls.seeTags(CHUNK),
        "read a manifest": calls.read(MANIFEST),
        "read evidence": calls.read(EVIDENCE),
      },
      {
        ...noDeletion,
        "read a chunk": calls.read(CHUNK),
        "read a mirrored object": calls.read(MIRRORED),
        "read the index": calls.read(INDEX),
        "append evidence": calls.write("evidence/test/0000000005.json"),
        "mark as verified": calls.tag(CHUNK),
        "lock a chunk": calls.lock(CHUNK),
      },
    );
  });

  it("let the watcher see names, tags and manifests, remember, and append evidence", async () => {
    await assertAllows(
      "watcher",
      {
        "list versions": calls.listVersions,
        "read a manifest": calls.read(MANIFEST),
        "see a manifest's tags": calls.seeTags(MANIFEST),
        remember: calls.write("reports/watch/test.json"),
        "read evidence": calls.read(EVIDENCE),
        "append evidence": calls.write("evidence/test/0000000006.json"),
      },
      {
        ...noDeletion,
        "read a chunk": calls.read(CHUNK),
        "read a mirrored object": calls.read(MIRRORED),
        "read the index": calls.read(INDEX),
        "write a manifest": calls.write(MANIFEST),
        "mark as verified": calls.tag(CHUNK),
      },
    );
  });

  it("let a drill read, verify and append evidence as the restorer does, and write no point", async () => {
    await assertAllows(
      "driller",
      {
        "read a chunk": calls.read(CHUNK),
        "read a mirrored object": calls.read(MIRRORED),
        "mark as verified": calls.tag(CHUNK),
        "append evidence": calls.write("evidence/test/0000000007.json"),
      },
      {
        ...noDeletion,
        "write a chunk": calls.write(CHUNK),
        "write a manifest": calls.write(MANIFEST),
        "write into a mirror": calls.write(MIRRORED),
        "lock a chunk": calls.lock(CHUNK),
        "read a stranger's chunk": calls.read(STRANGER),
      },
    );
  });

  it("let the sweeper clear points and indexes of mirrors, and nothing else", async () => {
    const litter = `${POINT}/data/public.litter/0`;
    await assertAllows(
      "sweeper",
      {
        "list versions": calls.listVersions,
        "delete a chunk": calls.remove(litter),
        "delete a segment of an index": calls.remove("orders/storage-index/photos/dead/000000"),
        "read who ended": calls.read(RUN),
      },
      {
        ...never,
        "write a chunk": calls.write(CHUNK),
        "lock a chunk": calls.lock(CHUNK),
        "mark as verified": calls.tag(CHUNK),
        "delete a stranger's chunk": calls.remove(STRANGER),
        "read a mirrored object": calls.read(MIRRORED),
      },
    );
  });
});

/** Where moto meets a condition that it has no value for, it refuses all that the policy allows. */
function withoutCondition({ Condition: _, ...statement }: Statement): Omit<Statement, "Condition"> {
  return statement;
}
