import { formatByteSize } from "../../plan/byte-size.ts";
import { HoldfastError } from "../../plan/holdfast-error.ts";
import { connect } from "../../postgres/connect.ts";
import { closeClient } from "../../postgres/snapshot.ts";
import type { ManifestBucket } from "../../vault/manifest.ts";
import { checkReferences, type ReferenceReport } from "../storage/check-references.ts";
import { pointBuckets } from "../storage/point-buckets.ts";
import type { Check } from "../verdict.ts";
import type { VerifyRequest } from "./verify-request.ts";

/** Objects read at once: most of the time is waiting for the storage. */
const WORKERS = 16;

/**
 * Proves of each bucket of the point that the restored database and its storage belong together.
 *
 * @throws HoldfastError USAGE (exit 2) when one name is given for several buckets, and as `checkReferences`
 */
export async function proveReferences(request: VerifyRequest): Promise<Check[]> {
  const { manifest, storage } = request;
  if (storage === undefined) return [];
  const buckets = pointBuckets(manifest);
  if (storage.kind === "endpoint" && storage.bucket !== undefined) requireOne(buckets, storage.bucket);
  const checks: Check[] = [];
  for (const { bucket } of buckets) {
    const client = await connect(request.target, { applicationName: "holdfast references" });
    try {
      const report = await checkReferences({ ...request, storage, bucket, client, workers: WORKERS });
      checks.push(...checksOf(bucket, report, storage.kind === "mirror"));
    } finally {
      await closeClient(client);
    }
  }
  return checks;
}

function requireOne(buckets: readonly ManifestBucket[], name: string): void {
  if (buckets.length === 1) return;
  throw new HoldfastError({
    code: "USAGE",
    message: `The point lists ${buckets.length} buckets (${buckets.map(({ bucket }) => bucket).join(", ")}); all of them cannot be ${name}`,
    hint: "Leave the name out: each bucket is then looked for under its own.",
    exitCode: 2,
  });
}

function checksOf(bucket: string, report: ReferenceReport, isMirror: boolean): Check[] {
  const { references, read, bytes, missing, orphan, changed, sizeOnly, findings } = report;
  const name = `stored objects of ${bucket}`;
  const bad = missing + orphan + changed;
  if (bad > 0) {
    const left = bad > findings.length ? `, the first ${findings.length} of them named` : "";
    const detail = `${references} referred to: ${missing} missing, ${orphan} orphan, ${changed} changed${left}`;
    return [
      { name, verdict: "FAIL", detail },
      ...findings.map(
        (one): Check => ({
          name: `object ${bucket}/${one.name}`,
          object: one.name,
          verdict: "FAIL",
          detail: `${one.problem}: ${one.detail}`,
        }),
      ),
    ];
  }
  if (isMirror) return [{ name, verdict: "PASS", detail: `${references} referred to, each in the mirror` }];
  const all = `${references} referred to, ${read} read back (${formatByteSize(bytes)})`;
  return sizeOnly === 0
    ? [{ name, verdict: "PASS", detail: `${all}: sizes and content equal` }]
    : [
        {
          name,
          verdict: "PARTIAL",
          detail: `${all}: sizes equal, but of ${sizeOnly} the content is not known`,
        },
      ];
}
