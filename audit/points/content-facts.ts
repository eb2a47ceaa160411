import { usualSize } from "../../jobs/measure/usual-size.ts";
import { formatByteSize } from "../../plan/byte-size.ts";
import type { AuditFact, FactKind } from "../audit-fact.ts";
import type { AuditedPoint } from "./audited-point.ts";
import { type AuditedTier, listFact } from "./tier-facts.ts";

const SIZES: FactKind = {
  id: "points.sizes",
  setting: "points of an unusual size",
  source: "S3 HeadObject",
  fix: "Restore the newest of them and see what is missing: npm run drill -- {plan} --project {project} --kind staging-restore",
};
const WHOLE: FactKind = {
  id: "points.whole",
  setting: "points with chunks missing",
  source: "S3 ListObjectsV2, HeadObject",
  fix: "Bring the chunks back (aws s3api list-object-versions, then delete-object of each delete marker) or copy them from the replica, then: npm run verify -- {plan} --project {project}",
};

export const CONTENT_KINDS: readonly FactKind[] = [SIZES, WHOLE];

/** Whether points hold what they should, as far as sizes tell it. */
export function* contentFacts(audited: AuditedTier): Generator<AuditFact> {
  const { points } = audited;
  yield listFact(audited, SIZES, { what: "unusual", wrong: unusual(points).toReversed() });
  const partial = points.filter(({ storedBytes, recordedBytes = 0 }) => storedBytes < recordedBytes);
  yield listFact(audited, WHOLE, {
    what: "incomplete",
    wrong: partial.map(
      ({ id, storedBytes, recordedBytes = 0 }) =>
        `${id} (${formatByteSize(storedBytes)} of ${formatByteSize(recordedBytes)})`,
    ),
  });
}

/** So many before it are looked at: growth over months is usual, a jump from one night to the next is not. */
const LOOK_BACK = 7;

/** Each is held against those right before it. */
function unusual(points: readonly AuditedPoint[]): string[] {
  const before: number[] = [];
  return points.flatMap(({ id, recordedBytes, storedBytes }) => {
    const bytes = recordedBytes ?? storedBytes;
    const usual = usualSize(before.slice(-LOOK_BACK));
    before.push(bytes);
    if (bytes === 0) return [`${id} (empty)`];
    if (usual === undefined || (bytes >= usual.leastBytes && bytes <= usual.mostBytes)) return [];
    const [least, most] = [usual.leastBytes, usual.mostBytes].map(formatByteSize);
    return [`${id} (${formatByteSize(bytes)}; usual ${least} to ${most})`];
  });
}
