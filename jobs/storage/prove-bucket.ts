import { formatByteSize } from "../../plan/byte-size.ts";
import { HoldfastError } from "../../plan/holdfast-error.ts";
import type { Manifest } from "../../vault/manifest.ts";
import type { MirrorPlace } from "../../vault/mirror/mirror-place.ts";
import { readIndex } from "../../vault/mirror/read-index.ts";
import type { Progress } from "../progress.ts";
import type { Check } from "../verdict.ts";
import { type BucketCoverage, missingObjects } from "./missing-objects.ts";
import { type NightSample, nightSample } from "./night-sample.ts";
import { readSample, type SampleReport } from "./read-sample.ts";

export interface ProveBucketRequest {
  readonly place: MirrorPlace;
  /** How long the plan keeps replaced objects, 1 or more. */
  readonly retainDays: number;
  /** A point that must be wholly in the mirror. */
  readonly manifest?: Manifest | undefined;
  /** Read everything instead of the night's part. */
  readonly everything: boolean;
  /** Objects read at once, 1 to 256. */
  readonly workers: number;
  readonly progress: Progress;
  readonly signal?: AbortSignal | undefined;
}

/** What was proved of one bucket. */
export interface BucketProof {
  readonly bucket: string;
  readonly checks: readonly Check[];
  readonly notChecked: readonly string[];
  /** Absent when everything was read. */
  readonly sample?: NightSample;
  /** Absent when there is no index that can be read. */
  readonly copies?: SampleReport;
  /** Absent without a point that lists the bucket. */
  readonly coverage?: BucketCoverage;
}

/** What is told of an index or an inventory that cannot be read; other errors say nothing about the bucket. */
const UNREADABLE = /^(?:STORAGE_RUN|INDEX_SEGMENT|CHUNK)_(?:MISSING|DAMAGED|MISPLACED)$/;

/**
 * Proves one bucket's mirror: the night's part of it is read back, and every object of the point must be in its index.
 *
 * @throws HoldfastError KEY_…, STORE_…; what is missing or damaged is a result, no error
 */
export async function proveBucket(request: ProveBucketRequest): Promise<BucketProof> {
  const { bucket } = request.place;
  const copies = await findings(`mirror of ${bucket}`, () => proveCopies(request));
  const coverage = await findings(`point's objects of ${bucket}`, () => proveCoverage(request));
  return {
    ...copies,
    ...coverage,
    bucket,
    checks: [...copies.checks, ...coverage.checks],
    notChecked: [...(copies.notChecked ?? []), ...(coverage.notChecked ?? [])],
  };
}

type Findings = Partial<BucketProof> & Pick<BucketProof, "checks">;

async function findings(name: string, prove: () => Promise<Findings>): Promise<Findings> {
  try {
    return await prove();
  } catch (error) {
    if (!(error instanceof HoldfastError) || !UNREADABLE.test(error.code)) throw error;
    return { checks: [{ name, verdict: "FAIL", detail: `${error.code}: ${error.message} ${error.hint}` }] };
  }
}

async function proveCopies(request: ProveBucketRequest): Promise<Findings> {
  const { place, retainDays, everything } = request;
  const name = `mirror of ${place.bucket}`;
  const index = await readIndex(place);
  if (index.head === undefined)
    return { checks: [{ name, verdict: "FAIL", detail: "no sync of it was ever completed: npm run sync" }] };
  const sample = everything ? undefined : nightSample(place.vault.clock(), retainDays);
  const copies = await readSample({
    ...request,
    entries: index.entries(),
    sample,
    onRead: (done) => request.progress({ step: "read mirror", done, total: 0, unit: "items" }),
  });
  return {
    ...(sample && { sample }),
    copies,
    checks: [
      { name, verdict: copies.bad === 0 ? "PASS" : "FAIL", detail: inWords(copies) },
      ...copies.damaged.map(
        ({ name: object, version, problem, detail }): Check => ({
          name: `copy of ${place.bucket}/${object}`,
          object,
          verdict: "FAIL",
          detail: `version ${version} is ${problem}: ${detail}`,
        }),
      ),
    ],
    notChecked:
      copies.read < copies.versions && sample
        ? [
            `${copies.versions - copies.read} of ${copies.versions} copies of ${place.bucket}: read in other nights, all of them within ${sample.nights}`,
          ]
        : [],
  };
}

function inWords({ versions, read, bytes, bad, damaged }: SampleReport): string {
  const left = bad > damaged.length ? `, the first ${damaged.length} of them named` : "";
  const which = `${read} of ${versions} copies read back, ${formatByteSize(bytes)}`;
  return bad === 0 ? `${which}: sizes and hashes equal` : `${which}; ${bad} are missing or damaged${left}`;
}

async function proveCoverage({ place, manifest }: ProveBucketRequest): Promise<Findings> {
  const { bucket, vault } = place;
  if (manifest === undefined) return { checks: [] };
  if (!manifest.storage?.some((one) => one.bucket === bucket))
    return { checks: [], notChecked: [`the objects of ${manifest.id} in ${bucket}: it does not list them`] };
  const [coverage] = await missingObjects(vault, manifest, bucket);
  if (coverage === undefined) throw new Error(`${bucket} was not looked at`);
  const lost = coverage.missing + coverage.changed;
  const have = `${coverage.objects - lost} of ${coverage.objects} are in the mirror`;
  const name = `objects of ${manifest.id} in ${bucket}`;
  if (lost === 0) return { coverage, checks: [{ name, verdict: "PASS", detail: have }] };
  if (!coverage.isSyncedSince) {
    const detail = `${have}; no sync has been completed that began after the point: npm run sync`;
    return { coverage, checks: [{ name, verdict: "PARTIAL", detail }] };
  }
  return {
    coverage,
    checks: [
      {
        name,
        verdict: "FAIL",
        detail: `${have}; of ${coverage.missing} there is nothing, of ${coverage.changed} another version only`,
      },
      ...coverage.names.map(
        ({ name: object, version, problem }): Check => ({
          name: `object ${bucket}/${object}`,
          object,
          verdict: "FAIL",
          detail:
            problem === "changed"
              ? `version ${version} was replaced before a sync copied it`
              : `version ${version} is not in the mirror`,
        }),
      ),
    ],
  };
}
