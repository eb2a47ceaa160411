/** The vault that is promised to be audited within a minute, and a tenth of it to compare memory with. */
export interface AuditSizes {
  readonly points: number;
  readonly chunks: number;
}

/** With its manifest a point is 100 objects. */
const CHUNKS = 99;

/** @param share of the 1,000 points, above 0 to 1 */
export const auditSizes = (share: number): AuditSizes => ({
  points: Math.max(10, Math.round(1_000 * share)),
  chunks: CHUNKS,
});
