/** `0/16B3748` as a number of bytes since the cluster's beginning. */
export function parseLsn(text: string): number {
  const [high = "", low = ""] = text.split("/");
  const lsn = Number.parseInt(high, 16) * 2 ** 32 + Number.parseInt(low, 16);
  if (!Number.isSafeInteger(lsn)) throw new Error(`not a WAL position: ${text}`);
  return lsn;
}

const hex = (value: number): string => value.toString(16).toUpperCase().padStart(8, "0");

/** File name of a segment, e.g. `000000010000000000000003`. */
export function walSegmentName(timeline: number, segment: number, segmentBytes: number): string {
  const perFourGigabytes = 2 ** 32 / segmentBytes;
  return hex(timeline) + hex(Math.floor(segment / perFourGigabytes)) + hex(segment % perFourGigabytes);
}

/** Number of the segment in a file name, whatever its timeline; `undefined` for any other file. */
export function parseWalSegmentName(name: string, segmentBytes: number): number | undefined {
  if (!/^[0-9A-F]{24}$/.test(name)) return undefined;
  const part = (from: number): number => Number.parseInt(name.slice(from, from + 8), 16);
  return part(8) * (2 ** 32 / segmentBytes) + part(16);
}

/** File name of a timeline's history, e.g. `00000002.history`. */
export const timelineHistoryName = (timeline: number): string => `${hex(timeline)}.history`;
