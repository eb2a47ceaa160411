import { createHash } from "node:crypto";
import type { IndexRow } from "../../../vault/mirror/index-row.ts";
import { type Mirror, openMirror } from "../../../vault/mirror/open-mirror.ts";
import type { Vault } from "../../../vault/vault.ts";
import { type FaultProxy, startFaultProxy } from "../../support/fault-proxy.ts";
import { createBucket } from "../../support/vaults.ts";
import { openTestVault, openThroughProxy, reopen, type TestVault } from "../test-vault.ts";

export interface TestMirror {
  readonly mirror: Mirror;
  readonly vault: Vault;
  readonly settings: TestVault["settings"];
}

const opened: Mirror[] = [];
const proxies: FaultProxy[] = [];

/** The connections of every mirror that the tests opened end. */
export async function closeMirrors(): Promise<void> {
  for (const mirror of opened.splice(0)) mirror.close();
  for (const proxy of proxies.splice(0)) await proxy.close();
}

async function open(vault: Vault, bucket: string, idleSeconds = 3): Promise<Mirror> {
  const mirror = await openMirror({ vault, project: "ordak", bucket }, { attempts: 3, idleSeconds });
  opened.push(mirror);
  return mirror;
}

/** A mirror in a bucket of its own that keeps versions. */
export async function openTestMirror(bucket = "order_photos"): Promise<TestMirror> {
  const { settings: unversioned } = await openTestVault();
  const settings = { ...unversioned, bucket: await createBucket({ versioning: true }) };
  const vault = await reopen(settings);
  return { mirror: await open(vault, bucket), vault, settings };
}

/** The same mirror through a proxy that can do harm. */
export async function openMirrorThroughProxy(
  { settings, mirror }: TestMirror,
  idleSeconds?: number,
): Promise<{ readonly mirror: Mirror; readonly proxy: FaultProxy }> {
  const { vault, proxy } = await openThroughProxy(settings);
  return { mirror: await open(vault, mirror.bucket, idleSeconds), proxy };
}

/** The same mirror, its KMS behind a proxy that counts. */
export async function openMirrorWatchingKms({
  settings,
  mirror,
}: TestMirror): Promise<{ readonly mirror: Mirror; readonly kms: FaultProxy }> {
  const kms = await startFaultProxy(settings.kmsEndpoint ?? settings.endpoint);
  proxies.push(kms);
  const vault = await reopen({ ...settings, kmsEndpoint: kms.endpoint });
  return { mirror: await open(vault, mirror.bucket), kms };
}

/** A row as a sync would write it. */
export function rowOf(name: string, version = "v1", more: Partial<IndexRow> = {}): IndexRow {
  return {
    name,
    version,
    size: 3,
    eTag: "d41d8cd98f00b204e9800998ecf8427e",
    sha256: createHash("sha256").update(`${name}@${version}`).digest("hex"),
    bytes: 500,
    updatedAt: "2026-01-31T02:00:00.000Z",
    copiedAt: "2026-01-31T02:00:01.000Z",
    ...more,
  };
}

/** Everything that a generator gives. */
export async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}
